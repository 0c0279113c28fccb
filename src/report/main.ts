// npm run report -- slo: how the promises were kept over any period, from the log.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createProgress } from '../../demo/progress.ts';
import { recountCaps, recountedCategories } from '../../projections/cap-recount.ts';
import { askedOrExit } from '../command-help.ts';
import { readConfig } from '../config.ts';
import { type EventStore, type RecordedEvent, StoreUnavailable } from '../event-store/event-store.ts';
import { openEventStore } from '../event-store/open-event-store.ts';
import { createSqliteEventStore } from '../event-store/sqlite-event-store.ts';
import { upcasting } from '../event-store/upcasters.ts';
import { withoutSecrets } from '../log-transfer/open-place.ts';
import { logFileIn, openLog } from '../open-log.ts';
import { type ReportArguments, readReportArguments, usage } from './report-arguments.ts';
import { reportedCategories, sloReport } from './slo-report.ts';
import { isBroken, judged, linesOf } from './slo-report-lines.ts';

/** Where several processes reserve, what another recorded so shortly before may have been reserved after, in milliseconds. */
const overlapMs = 10_000;

async function openNamedLog(data: string | undefined): Promise<EventStore> {
  if (data !== undefined && /^[a-z+]+:\/\//.test(data)) return openEventStore(data);
  const config = data === undefined ? readConfig(process.env) : { data };
  if ('eventStore' in config && config.eventStore) return (await openLog(config, {})).store;
  const isFile = existsSync(config.data) && statSync(config.data).isFile();
  const path = isFile ? config.data : logFileIn(config.data);
  // The store would make a log of what is not there.
  if (!existsSync(path)) throw new Error(`--data: there is no event log in ${join(config.data)}`);
  return createSqliteEventStore({ path });
}

async function* counted(events: AsyncIterable<RecordedEvent>, doing: string): AsyncIterable<RecordedEvent> {
  const progress = createProgress(process.stderr);
  let seen = 0;
  try {
    for await (const event of events) {
      if (++seen % 10_000 === 0) progress.show(undefined, `${doing}: ${seen.toLocaleString('en')} events`);
      yield event;
    }
  } finally {
    progress.end();
  }
}

async function report({ from, to, caps: isCapsAsked, ...options }: ReportArguments): Promise<void> {
  const store = upcasting(await openNamedLog(options.data));
  try {
    const found = await sloReport(counted(store.readAll({ categories: reportedCategories }), 'reading'), {
      from,
      to,
      coolingWindowMs: options.coolingWindowMs,
    });
    const caps = isCapsAsked
      ? await recountCaps(counted(store.readAll({ categories: recountedCategories }), 'counting caps'), { overlapMs })
      : undefined;
    const inPeriod = caps && {
      ...caps,
      violations: caps.violations.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to),
    };
    const { json } = options;
    console.log(
      json ? JSON.stringify({ ...found, caps: inPeriod, promises: judged(found, inPeriod) }) : linesOf(found, inPeriod),
    );
    if (isBroken(found, inPeriod)) process.exitCode = 1;
  } finally {
    await store.close();
  }
}

const asked = askedOrExit(usage, () => readReportArguments(process.argv.slice(2)));
try {
  await report(asked);
} catch (error) {
  const { message } = error as Error;
  console.error(
    withoutSecrets(error instanceof StoreUnavailable ? `the event log cannot be read: ${message}` : message),
  );
  process.exitCode = 2;
}
