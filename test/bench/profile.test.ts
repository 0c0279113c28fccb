import { expect, test } from 'vitest';
import { type Parts, partsOf, startProfile } from '../../bench/http/profile.ts';

const frame = (functionName: string, url = '') => ({
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
});

test('a sample counts to where the code is, and what is built in to who called it', () => {
  const parts = partsOf({
    startTime: 0,
    endTime: 100,
    nodes: [
      { id: 1, ...frame('(root)'), children: [2, 6, 7, 8] },
      { id: 2, ...frame('decide', 'file:///app/src/decisioning/decide.ts'), children: [3, 4] },
      { id: 3, ...frame('stringify'), children: [] },
      { id: 4, ...frame('usageIn', 'file:///app/projections/contact-book.ts'), children: [5] },
      { id: 5, ...frame('(garbage collector)') },
      { id: 6, ...frame('(idle)') },
      { id: 7, ...frame('execute', 'file:///app/node_modules/graphql/execute.js') },
      { id: 8, ...frame('onread', 'node:internal/stream_base_commons') },
    ],
    samples: [2, 3, 4, 5, 6, 7, 8, 1],
    timeDeltas: [1, 2, 4, 8, 16, 32, 64, 128],
  });
  expect(parts).toEqual({
    deciding: 3,
    'facts, caps and projections': 4,
    'collecting garbage': 8,
    GraphQL: 32,
    'HTTP, sockets and timers of Node': 64,
    'the rest': 128,
  } satisfies Parts);
});

test('a profile of this thread says what it did', async () => {
  const stop = await startProfile();
  let text = '';
  while (text.length < 2_000_000) text += JSON.stringify({ text: text.length });
  expect(Object.values(await stop()).reduce((sum, microseconds) => sum + microseconds, 0)).toBeGreaterThan(0);
});
