// npm run bench -- redis: decisions, projections, memory and freshness with Redis, against Redis bare.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasRedis } from '../../demo/redis-process.ts';
import type { Bench } from '../bench.ts';
import type { Bar, Section } from '../report.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { measureCustomerMemory } from './customer-memory.ts';
import { measureDecisions } from './decisions.ts';
import { measureFreshness } from './freshness.ts';
import { measureProjecting } from './projecting.ts';

/** What is measured, one after another: the machine is for one of them alone. */
const parts = {
  decisions: measureDecisions,
  projecting: measureProjecting,
  freshness: measureFreshness,
  memory: measureCustomerMemory,
};

export const runRedis: Bench = async ({ quick }) => {
  if (!hasRedis) {
    const notes = ['there is no redis-server here (Debian: apt-get install -y redis-server)'];
    return { bench: 'redis', sections: [{ title: 'Nothing was measured', notes, columns: [], rows: [] }], bars: [] };
  }
  return inTemporaryFolder(async (folder) => {
    const sections: Section[] = [];
    const bars: Bar[] = [];
    for (const [name, measure] of Object.entries(parts)) {
      const own = join(folder, name);
      mkdirSync(own);
      const measured = await measure(own, quick);
      sections.push(...measured.sections);
      bars.push(...measured.bars);
    }
    return { bench: 'redis', sections, bars };
  });
};
