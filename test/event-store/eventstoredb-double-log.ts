// The log of the EventStoreDB double: in memory, positions that grow by sizes, and the server's rules for repeated appends.

/** What an append asks of the stream: its last revision, or one of the server's words. */
export type ExpectedRevision = number | 'any' | 'no_stream' | 'stream_exists';

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface LoggedEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position, which are one and the same for an event that was not written in an explicit transaction. */
  readonly position: number;
  /** In ticks of .NET: 100 ns since the year 1970 here, as the server sends it. */
  readonly created: string;
}

export type AppendOutcome =
  | { readonly written: true; readonly revision: number; readonly position: number; readonly repeated: boolean }
  | { readonly written: false; readonly current: number };

export interface DoubleLog {
  /** In order of position. */
  readonly events: readonly LoggedEvent[];
  stream(name: string): readonly LoggedEvent[];
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): AppendOutcome;
  /** Where the next event will stand. */
  readonly end: number;
  /** Index in `events` of the first event at or behind the position. */
  indexAt(position: number): number;
  /** Told after each append; gives back how to be told no more. */
  onAppended(listener: () => void): () => void;
  /** What a restart of the server loses: by which ids it knows repeated appends that expect no certain revision. */
  forgetRecentIds(): void;
}

export interface DoubleLogOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** How many ids are remembered for appends that expect no certain revision. The server has 8 MiB for them. */
  readonly recentIds?: number;
  /** After so many events an event of the server's own follows, as its statistics do. 0: never. */
  readonly systemEventEvery?: number;
  /** Told of each append that wrote something, before it is answered. */
  readonly onWritten?: (events: readonly LoggedEvent[]) => void;
  /** What an earlier process has written. */
  readonly events?: readonly LoggedEvent[];
}

/** A real log begins with records that are no events. */
const firstPosition = 2_048;
/** What a record takes besides the stream's name, the type, data and metadata. */
const recordOverhead = 68;
const ticksPerMillisecond = 10_000n;

export function createDoubleLog({
  now = Date.now,
  recentIds = 80_000,
  systemEventEvery = 0,
  onWritten,
  events: earlier = [],
}: DoubleLogOptions = {}): DoubleLog {
  const events: LoggedEvent[] = [];
  const streams = new Map<string, LoggedEvent[]>();
  const recent = new Map<string, LoggedEvent>();
  const listeners = new Set<() => void>();
  let nextPosition = firstPosition;
  let untilSystemEvent = systemEventEvery;

  const add = (event: LoggedEvent) => {
    events.push(event);
    const stream = streams.get(event.stream);
    if (stream) stream.push(event);
    else streams.set(event.stream, [event]);
    nextPosition = event.position + sizeOf(event);
  };
  earlier.forEach(add);

  const remember = (event: LoggedEvent) => {
    recent.delete(event.id);
    recent.set(event.id, event);
    if (recent.size <= recentIds) return;
    const [oldest] = recent.keys();
    if (oldest !== undefined) recent.delete(oldest);
  };

  const write = (stream: string, proposed: readonly ProposedEvent[]): LoggedEvent[] => {
    const created = String(BigInt(now()) * ticksPerMillisecond);
    return proposed.map((event) => {
      const revision = streams.get(stream)?.length ?? 0;
      const written = { ...event, stream, revision, position: nextPosition, created };
      add(written);
      remember(written);
      return written;
    });
  };

  const systemEvent = (): LoggedEvent[] => {
    if (systemEventEvery === 0 || untilSystemEvent > 0) return [];
    untilSystemEvent = systemEventEvery;
    return write('$stats-127.0.0.1:2113', [
      {
        id: `00000000-0000-4000-8000-${events.length.toString(16).padStart(12, '0')}`,
        type: '$statsCollected',
        contentType: 'application/json',
        data: Buffer.from(JSON.stringify({ 'es-queue-Storage Writer-length': events.length })),
        metadata: new Uint8Array(),
      },
    ]);
  };

  return {
    events,
    get end() {
      return nextPosition;
    },
    stream: (name) => streams.get(name) ?? [],
    append(stream, expected, proposed) {
      const existing = streams.get(stream) ?? [];
      const current = existing.length - 1;
      const checked = check({ expected, existing, recent, stream, proposed, hasMetadata: streams.has(`$$${stream}`) });
      if (checked === 'wrong') return { written: false, current };
      if (checked !== 'ok') {
        return { written: true, revision: checked.revision, position: checked.position, repeated: true };
      }
      const written = write(stream, proposed);
      untilSystemEvent -= written.length;
      const all = [...written, ...systemEvent()];
      onWritten?.(all);
      for (const listener of [...listeners]) listener();
      const last = written.at(-1);
      return {
        written: true,
        revision: last?.revision ?? current,
        position: last?.position ?? nextPosition,
        repeated: false,
      };
    },
    indexAt(position) {
      let [low, high] = [0, events.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((events[middle]?.position ?? 0) < position) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forgetRecentIds: () => recent.clear(),
  };
}

interface Check {
  readonly expected: ExpectedRevision;
  readonly existing: readonly LoggedEvent[];
  readonly recent: ReadonlyMap<string, LoggedEvent>;
  readonly stream: string;
  readonly proposed: readonly ProposedEvent[];
  readonly hasMetadata: boolean;
}

/** May it be written, was it written before (then its last event), or has the stream moved on. As the server's index writer decides. */
function check({ expected, existing, recent, stream, proposed, hasMetadata }: Check): 'ok' | 'wrong' | LoggedEvent {
  const current = existing.length - 1;
  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists' && current < 0 && !hasMetadata) return 'wrong';
    return repeated(
      proposed,
      (event) => {
        const known = recent.get(event.id);
        return known?.stream === stream ? known : undefined;
      },
      'ok',
    );
  }
  const revision = expected === 'no_stream' ? -1 : expected;
  if (revision === current) return 'ok';
  if (revision > current || proposed.length === 0) return 'wrong';
  return repeated(
    proposed,
    (event, index) => {
      const there = existing[revision + 1 + index];
      return there?.id === event.id ? there : undefined;
    },
    'wrong',
  );
}

/** The last of the events when all are there; `none` when already the first is not there; a part of them is never an answer. */
function repeated(
  proposed: readonly ProposedEvent[],
  find: (event: ProposedEvent, index: number) => LoggedEvent | undefined,
  none: 'ok' | 'wrong',
): 'ok' | 'wrong' | LoggedEvent {
  let last: LoggedEvent | undefined;
  for (const [index, event] of proposed.entries()) {
    const found = find(event, index);
    if (!found) return index === 0 ? none : 'wrong';
    last = found;
  }
  return last ?? none;
}

function sizeOf({ stream, type, data, metadata }: LoggedEvent): number {
  return recordOverhead + Buffer.byteLength(stream) + Buffer.byteLength(type) + data.length + metadata.length;
}
