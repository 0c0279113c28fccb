// Bytes as lines, without a line of any length in memory.

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** The offset behind it, in bytes. */
  readonly end: number;
  /** False of a last line that does not end with a line feed. */
  readonly isWhole: boolean;
}

/** A longer line is no event. */
const longest = 64 * 1024 * 1024;
const lineFeed = 10;

/**
 * @param name for messages
 * @param after the line that was read before
 * @throws Error when a line is longer than 64 MiB.
 */
export async function* linesOf(
  name: string,
  chunks: AsyncIterable<Buffer>,
  after: Pick<Line, 'number' | 'end'>,
): AsyncGenerator<Line> {
  let { number, end } = after;
  let open: Buffer[] = [];
  let openLength = 0;
  const line = (isWhole: boolean): Line => {
    const text = Buffer.concat(open).toString();
    number += 1;
    end += openLength + (isWhole ? 1 : 0);
    open = [];
    openLength = 0;
    return { text, number, end, isWhole };
  };
  for await (const chunk of chunks) {
    let begin = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, begin)) {
      open.push(chunk.subarray(begin, at));
      openLength += at - begin;
      begin = at + 1;
      yield line(true);
    }
    open.push(chunk.subarray(begin));
    openLength += chunk.length - begin;
    if (openLength > longest) throw new Error(`${name}, line ${number + 1}: this is longer than any event`);
  }
  if (openLength > 0) yield line(false);
}
