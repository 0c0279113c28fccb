// Transfers as the command line makes them, between places that are named as a person names them.
import { openSource, openTarget } from '../../src/log-transfer/open-place.ts';
import {
  type TransferOptions,
  type TransferProgress,
  type Transferred,
  transfer,
  verify,
} from '../../src/log-transfer/transfer.ts';

type Watching = Pick<TransferOptions, 'onProgress' | 'signal'>;

export async function transferBetween(from: string, to: string, watching: Watching = {}): Promise<Transferred> {
  const source = await openSource(from);
  try {
    const target = await openTarget(to);
    return await transfer({ source, target, ...watching }).finally(() => target.close());
  } finally {
    await source.close();
  }
}

/** Is interrupted as soon as so many events are over, or begins to read back. */
export async function interruptedBetween(from: string, to: string, events: number): Promise<unknown> {
  const controller = new AbortController();
  const onProgress = (progress: TransferProgress) => {
    if (progress.doing === 'copying' && progress.events >= events) controller.abort(new Error('enough'));
  };
  return transferBetween(from, to, { onProgress, signal: controller.signal }).catch((error: unknown) => error);
}

export async function compared(one: string, other: string) {
  const source = await openSource(one);
  const target = await openSource(other);
  try {
    return await verify({ source, target });
  } finally {
    await source.close();
    await target.close();
  }
}
