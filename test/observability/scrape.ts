// What Prometheus would read of a process.

export interface Scrape {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The value of a series; undefined when there is none. Labels are given in the order in which they are written. */
  value(series: string): number | undefined;
}

/** @param url any address of the process */
export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const response = await fetch(new URL('/metrics', url), { headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    value(series) {
      const line = text.split('\n').find((each) => each.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length + 1).split(' ')[0]);
    },
  };
}
