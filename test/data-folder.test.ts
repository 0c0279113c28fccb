import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimDataFolder, claimWork, type DataFolder } from '../src/data-folder.ts';

describe('a data folder', () => {
  let folder: string;
  const claimed: DataFolder[] = [];
  const claim = (sharing: boolean) => {
    const mine = claimDataFolder(folder, sharing);
    claimed.push(mine);
    return mine;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-folder-'));
  });
  afterEach(() => {
    for (const mine of claimed.splice(0)) mine.release();
    rmSync(folder, { recursive: true, force: true });
  });

  test('that is made is for nobody else to look into', () => {
    const made = join(folder, 'new', 'data');
    claimed.push(claimDataFolder(made, false));
    expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  test('is for one process alone, until it lets go', () => {
    const first = claim(false);
    expect(() => claim(false)).toThrow(`KAIROS_DATA: the folder ${folder} cannot be used: another Kairos is using it`);
    first.release();
    claim(false);
  });

  test('is for as many as share it, and for nobody else as long as one of them does', () => {
    const [first, second] = [claim(true), claim(true)];
    first.release();
    expect(() => claim(false)).toThrow('another Kairos is using it');
    second.release();
    claim(false);
  });

  test('that somebody has alone is not to be shared', () => {
    claim(false);
    expect(() => claim(true)).toThrow('another Kairos, without REDIS_URL, is using it');
  });

  test('has work that one at a time does', () => {
    const giveBack = claimWork(folder, 'demo');
    expect(giveBack).toBeDefined();
    expect(claimWork(folder, 'demo')).toBeUndefined();
    claimWork(folder, 'another')?.();
    giveBack?.();
    const again = claimWork(folder, 'demo');
    expect(again).toBeDefined();
    again?.();
  });
});
