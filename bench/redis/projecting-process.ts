// Brings a log to Redis as a projector of its own does, and stays to follow it.
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { settingsOf, tell } from '../processes.ts';
import { keepOn } from './cores.ts';
import { sayInPassing } from './roles.ts';

export interface ProjectingSettings {
  /** Of a projector. */
  readonly environment: Readonly<Record<string, string>>;
}

const { environment } = settingsOf<ProjectingSettings>();
keepOn('OTHER', process.pid);
const { kairos } = await startApp(readConfig(environment), sayInPassing);
if (!(await kairos.following.waitFor(await kairos.store.head(), 600_000))) throw new Error('the projector is too slow');
await tell({});
