// Random well-typed expressions that use everything conditions may use, but for what the library computes otherwise than CEL says.
import type { Random } from '../../projections/random.ts';

export const types = [
  'bool',
  'int',
  'double',
  'string',
  'timestamp',
  'duration',
  'strings',
  'ints',
  'doubles',
  'map',
] as const;
export type Type = (typeof types)[number];

/**
 * By type: what an expression may be, in words that stand for expressions: `<int>` for any, `<int.>` for a simple one, `<$>` for the
 * variable of a macro. The simple ones come first; a bar begins those that are composed.
 */
const grammar: Readonly<Record<Type, string>> = {
  bool: `true; false; profile.vip; context.mobile; context["mobile"]; has(profile.tier); has(context.amount); has(profile.tags);
    has(features.spendByCategory.FUEL); has(features.views.h24); has(features.views) |
    <bool> && <bool>; <bool> && <bool>; <bool> || <bool>; <bool> || <bool>; !<bool>; <bool> ? <bool> : <bool>;
    <string> == <string>; <string> != <string>; <string.> < <string>; <string> <= <string>; <text> > <string>; <string> >= <text>;
    <int> == <int>; <int> != <int>; <int> < <int>; <int> <= <int>; <int> > <int>; <int> >= <int>; <int.> < <double>;
    <double> == <double>; <double> != <double>; <double> < <double>; <double> <= <double>; <double> > <int.>; <double> >= <double>;
    <bool> == <bool>; <bool> != <bool>; <bool> < <bool>; <bool> >= <bool>;
    <timestamp> == <timestamp>; <timestamp> != <timestamp>; <timestamp> < <timestamp>; <timestamp> >= <timestamp>;
    <duration> == <duration>; <duration> != <duration>; <duration> <= <duration>; <duration> > <duration>;
    <strings> == <strings>; <ints> != <ints>; [<strings>] == [<strings>, ["a"]]; <strings> == []; [true, <bool>] == [<bool>, false];
    <string> in <strings>; <string> in <strings.>; <string> in ["a", "b", 'abc', "a"]; <int> in [1, 2, 0x10, -3]; <string> in [];
    <int> in <ints>; <double> in <doubles>; <bool> in [true, <bool>]; <timestamp> in [now, <timestamp>]; <string> in <map>;
    <strings> in [["a"], <strings>]; <string.>.contains(<string>); <string.>.startsWith(<text>); <string.>.endsWith(<string>);
    (<strings>).all(<$>); (<strings.>).exists(<$>); (<strings>).exists_one(<$>); (<ints>).all(<$>); (<ints>).exists(<$>);
    (<doubles>).exists_one(<$>); (<doubles>).exists(<$>); (<map>).all(<$>); (<map>).exists(<$>); (<map>).exists_one(<$>)`,
  int: `0; 1; -1; 7; 100; 0x1F; -0; <count>; <count>; profile.age; context.amount; profile["age"]; history.presented("a");
    history.clicked("a"); history.accepted("b"); history.declined("toString"); history.contacts; size(profile.tags) |
    <big> + <int>; <int> + <int>; <int> - <int>; <int> * <int>; <int> * <big>; <int> - <big>; <int> / <int.>; <int.> % <int.>;
    <int.> / <small>; -<int.>; <bool> ? <int> : <int>; <ints>[<int>]; <ints>[0]; <map>[<string>]; <map>.a; <map>["b"];
    features.spendByCategory["FUEL"]; features.spendByCategory.MILK; {"a": <int>, "b": 2}[<string>]; int(<double.>); int(<code>);
    int(<int>); int(<double.> / <double.>); min(<int>, <int>); max(<int>, <big>); size(<string>); <string.>.size(); size(<strings>);
    <ints.>.size(); size(<strings> + []); size(<map>); <map.>.size(); history.presented(<string>); history.declined(<string>); <timestamp>.getFullYear();
    <timestamp>.getMonth(); <timestamp>.getDate(); <timestamp>.getDayOfMonth(); <timestamp>.getDayOfWeek(); <timestamp>.getHours();
    <timestamp>.getMinutes(); <timestamp>.getSeconds(); <timestamp>.getMilliseconds(); <duration>.getHours();
    <duration>.getMinutes(); <duration>.getSeconds()`,
  double: `0.0; 1.5; -2.25; 1e3; -0.0; profile.score; context.ratio; features.minutesSinceLastSeen; history.hoursSincePresented("a");
    history.hoursSinceClicked("a"); history.hoursSinceAccepted("b"); history.hoursSinceDeclined("b") |
    <double> + <double>; <double> - <double>; <double> * <double>; <double> / <double>; -<double>; <bool> ? <double> : <double>;
    double(<int>); double(<double>); double(<code>); min(<double>, <double>); max(<double>, <double>); <doubles>[<int>];
    {"a": 1.5, 'tier': <double>}[<string>]; history.hoursSinceAccepted(<string>)`,
  string: `<text>; <text>; profile.tier; context.page; profile.code; context["page"] |
    <string> + <string>; string(<int>); string(<bool>); string(<string>); <string.>.lowerAscii(); <bool> ? <string> : <string>;
    <strings>[<int.>]; <strings>[0]; {"a": "x", "b": <string>}[<string>]; {"k": <strings>}.k[0]`,
  timestamp: `now; now; timestamp("2026-11-21T18:00:00Z"); timestamp("2026-02-28T23:59:59.500+05:30"); timestamp(1700000000) |
    timestamp(<int.>); timestamp(profile.since); <timestamp> + <duration>; <timestamp> - <duration>;
    <bool> ? <timestamp> : <timestamp>`,
  duration: `duration("1h"); duration("90s"); duration("-1.5s"); duration("24h30m"); duration("500ms") |
    <timestamp> - <timestamp>; <bool> ? <duration> : <duration>; duration(profile.span); duration("2h") + duration("1.5s");
    duration("2h") - duration("30m")`,
  strings: `profile.tags; context.items; profile.audiences; features.lastViewedSkus; features.lastViewedCategories; ["a", "b"] |
    [<string>, <string>]; [<string>]; <strings> + <strings.>; <bool> ? <strings> : <strings>; (<strings>).filter(<$>);
    {"k": <strings>}.k`,
  ints: `[1, 2, 3]; [-1]; [profile.age, 7] |
    [<int>, <int>]; <ints> + <ints.>; (<ints>).filter(<$>); <bool> ? <ints> : <ints>; [<ints>, [1]][<int>]`,
  doubles: `[0.5, 1.5]; [profile.score, -1.0] | [<double>, <double>]; (<doubles>).filter(<$>); <doubles> + <doubles.>`,
  map: `features.spendByCategory; features.spendByCategory; {"a": 1, 'b': 2} | {"a": <int>, "toString": <int>};
    <bool> ? <map> : <map>`,
};

/** Parts that are no types of their own. */
const parts: Readonly<Record<string, readonly string[]>> = {
  text: [`"a"`, `'b'`, `"abc"`, `r"a\\d"`, `"é"`, `"""x"""`, `""`, `"\\u0041"`, `"GOLD"`, `"campaign-18"`],
  count: [
    'features.views.h1',
    'features.searches.h24',
    'features.cartAdds.d7',
    'features.spend.d90',
    'features.cartValue',
  ],
  big: ['9223372036854775807', '9007199254740992', '-9223372036854775807', '9007199254740991', '-9223372036854775808'],
  small: ['0', '2', '7', '-1', 'profile.age'],
  code: ['profile.code', '"12"', '"-7"', '"x"', 'profile.code'],
};

const choices = Object.fromEntries(
  Object.entries(grammar).map(([type, text]) => {
    const [simple = [], composed = []] = text.split(/ \|\s/).map(alternatives);
    return [type, { simple, composed }];
  }),
);

function alternatives(text: string): string[] {
  return text.split(';').map((alternative) => alternative.trim());
}

/** An expression of that type. Nearly all of them are accepted at drafting. */
export function randomExpression({ oneOf, below, share }: Random, type: Type): string {
  /** The variable of the macro that it is in: no other may be used there. */
  let item: { readonly name: string; readonly type: string } | undefined;
  return ofType(type, below(5));

  function ofType(wanted: string, depth: number): string {
    if (item?.type === wanted && share() < 0.6) return item.name;
    const { simple = [], composed = [] } = choices[wanted] ?? {};
    const all = depth > 0 && share() < 0.9 ? composed : simple;
    const form = oneOf(item ? all.filter((one) => !one.includes('<$>')) : all);
    let inner = wanted;
    return form.replace(/<(\w+)(\.?)>|<\$>/g, (hole, name, simply) => {
      if (hole === '<$>') return test(inner, depth - 1);
      inner = name;
      const written = parts[name] ? oneOf(parts[name]) : ofType(name, simply ? 0 : depth - 1);
      return /^[\w.]+$/.test(written) || form === hole ? written : `(${written})`;
    });
  }

  /** The arguments of a macro over values of a type. */
  function test(of: string, depth: number): string {
    const name = oneOf(['x', 'each', 'value']);
    item = { name, type: of === 'ints' ? 'int' : of === 'doubles' ? 'double' : 'string' };
    const written = `${name}, ${ofType('bool', Math.max(depth, 1))}`;
    item = undefined;
    return written;
  }
}
