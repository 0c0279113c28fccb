// What callers who mean well ask meanwhile: decisions at a steady rate, in a process of its own.
import { readFileSync } from 'node:fs';
import { pacedLoad } from '../http/paced-load.ts';
import { settingsOf, tell } from '../processes.ts';

export interface NormalLoad {
  readonly url: string;
  /** A file with a list of bodies in JSON. */
  readonly bodies: string;
  readonly seconds: number;
  /** Requests per second. */
  readonly rate: number;
}

const { bodies, ...load } = settingsOf<NormalLoad>();
const isGood = (body: string) => body.includes('"slot":0');
await tell(await pacedLoad({ ...load, bodies: JSON.parse(readFileSync(bodies, 'utf8')), connections: 16, isGood }));
process.exit();
