// npm run bench -- memory: what a customer and an offer keep of the heap, and whether many keep proportionally more.
import type { Bench } from '../bench.ts';
import { probe } from '../processes.ts';
import { atLeast, type Bar, type Section } from '../report.ts';
import { lineThrough } from '../statistics.ts';
import type { HeapGrowthAnswer, HeapGrowthSettings } from './heap-growth-probe.ts';

export const runMemory: Bench = async ({ quick }) => {
  const customers = await grown('CUSTOMERS', quick ? [100, 200, 400] : [10_000, 20_000, 40_000]);
  const offers = await grown('OFFERS', quick ? [100, 200, 400] : [1000, 2000, 4000, 8000]);
  return {
    bench: 'memory',
    sections: [customers.section, offers.section],
    bars: [customers.bar, offers.bar],
  };
};

async function grown(of: HeapGrowthSettings['of'], counts: readonly number[]): Promise<{ section: Section; bar: Bar }> {
  const { points } = await probe<HeapGrowthAnswer>(
    `${import.meta.dirname}/heap-growth-probe.ts`,
    { of, counts } satisfies HeapGrowthSettings,
    { flags: ['--expose-gc'] },
  );
  const line = lineThrough(points.map(({ count, bytes }) => ({ x: count, y: bytes })));
  const [what, one, about] =
    of === 'CUSTOMERS'
      ? ['customers', 'a customer', 'profile, consents, features, contacts and caps, after about twenty events each']
      : ['offers', 'an offer', 'published terms, compiled, with their placement after its first decision'];
  return {
    section: {
      title: `The heap with many ${what}`,
      notes: [
        about,
        `linear fit: ${Math.round(line.slope).toLocaleString('en-US')} bytes for ${one}, R² ${line.r2.toFixed(5)}`,
      ],
      columns: [
        { key: 'count', heading: what },
        { key: 'megabytes', heading: 'MB' },
        { key: 'each', heading: 'bytes each' },
        ...(of === 'CUSTOMERS' ? [{ key: 'events', heading: 'events' }] : []),
      ],
      rows: points.map(({ count, bytes, events }) => ({
        count: count.toLocaleString('en-US'),
        megabytes: bytes / 1e6,
        each: bytes / count,
        ...(events === undefined ? {} : { events }),
      })),
    },
    bar: atLeast(`memory grows with ${what} in a straight line: R²`, 0.99, '', line.r2),
  };
}
