// The scalars DateTime and JSON, each with the rule that it keeps.
import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

const dateTimeRule =
  'A DateTime is an ISO 8601 instant with date, time and offset, such as 2026-11-21T18:00:00Z or 2026-11-21T19:00:00.250+01:00';
const dateTimePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|[+-](\d\d):(\d\d))$/;
const normalPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * An instant in UTC with milliseconds, from one with any offset; anything below a millisecond is cut off.
 * @throws GraphQLError that names the rule, for a date without time or zone and for a day that does not exist.
 */
export function parseDateTime(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError(`${dateTimeRule}; it is given as a string.`);
  const parts = dateTimePattern.exec(value);
  if (parts === null) throw new GraphQLError(`${dateTimeRule}.`);
  const [, year, month, day, hour, minute, second = '0', , offsetHour = '0', offsetMinute = '0'] = parts;
  // The calendar's own arithmetic: February the 30th becomes March, and no longer names its month.
  const midnight = new Date(`${year}-${month}-01T00:00:00Z`);
  midnight.setUTCDate(Number(day));
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCMonth() + 1 !== Number(month) || Number(day) === 0) {
    throw new GraphQLError(`${dateTimeRule}; ${year}-${month}-${day} is not a day of the calendar.`);
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new GraphQLError(`${dateTimeRule}; the time goes from 00:00:00 to 23:59:59.`);
  }
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59)
    throw new GraphQLError(`${dateTimeRule}; the offset is hours and minutes.`);
  const instant = new Date(value).toISOString();
  // Years beyond four digits would break "text order is time order".
  if (!normalPattern.test(instant)) throw new GraphQLError(`${dateTimeRule}; the year in UTC has four digits.`);
  return instant;
}

function serializeDateTime(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' && normalPattern.test(value)) return value;
  throw new TypeError(`A DateTime must be answered in UTC with milliseconds, not as ${JSON.stringify(value)}`);
}

export const dateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: `${dateTimeRule}. Answers are in UTC with milliseconds: 2026-11-21T18:00:00.000Z.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  parseValue: parseDateTime,
  parseLiteral(node) {
    if (node.kind !== Kind.STRING) throw new GraphQLError(`${dateTimeRule}; it is given as a string.`, { nodes: node });
    return parseDateTime(node.value);
  },
  serialize: serializeDateTime,
});

export const json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value: an object, a list, a string, a number, true, false or null.',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  serialize: (value) => value,
});
