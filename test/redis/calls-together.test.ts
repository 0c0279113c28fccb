import { describe, expect, test } from 'vitest';
import { createCallsTogether } from '../../src/redis/calls-together.ts';

/** Calls as they were sent; what is asked is answered with itself. */
function sending(slotOf: (tag: string) => number = () => 0) {
  const sent: string[][] = [];
  const callFor = createCallsTogether(
    slotOf,
    (): string[] => [],
    async (asked) => {
      sent.push([...asked]);
      return asked;
    },
  );
  async function ask(tag: string, what = tag): Promise<string | undefined> {
    const { asked, reply } = callFor(tag);
    const place = asked.push(what) - 1;
    return (await reply)[place];
  }
  return { ask, sent };
}

describe('what is asked in one turn', () => {
  test('goes out in one call, also what is asked a few steps later', async () => {
    const { ask, sent } = sending();
    const later = async () => {
      await undefined;
      await undefined;
      return ask('b');
    };
    expect(await Promise.all([ask('a'), later(), ask('c')])).toEqual(['a', 'b', 'c']);
    expect(sent).toEqual([['a', 'c', 'b']]);
    expect(await ask('d')).toBe('d');
    expect(sent).toHaveLength(2);
  });

  test('is one call for what can be in one', async () => {
    const { ask, sent } = sending((tag) => tag.charCodeAt(0) % 2);
    await Promise.all(['a', 'b', 'c', 'd'].map((tag) => ask(tag)));
    expect(sent).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  test('a call that has enough goes out at once, but all of one tag is in the same', async () => {
    const { ask, sent } = sending();
    const tags = Array.from({ length: 20 }, (_, number) => `c${number}`);
    const answers = tags.map((tag) => ask(tag));
    answers.push(ask('c19', 'more'));
    expect(sent.map(({ length }) => length)).toEqual([16]);
    expect(await Promise.all(answers)).toEqual([...tags, 'more']);
    expect(sent.map(({ length }) => length)).toEqual([16, 5]);

    const own = Array.from({ length: 30 }, (_, number) => ask('one', `${number}`));
    await Promise.all(own);
    expect(sent.at(-1)).toHaveLength(30);
  });

  test('fails for all who have a part in it, and for nobody after them', async () => {
    let calls = 0;
    const callFor = createCallsTogether(
      () => 0,
      (): string[] => [],
      async (asked) => {
        calls += 1;
        if (calls === 1) throw new Error('away');
        return asked;
      },
    );
    const failed = await Promise.allSettled([callFor('a').reply, callFor('b').reply]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const { asked, reply } = callFor('a');
    asked.push('again');
    expect(await reply).toEqual(['again']);
  });
});
