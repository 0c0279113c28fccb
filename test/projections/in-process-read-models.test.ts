import { expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { profiles } from '../../projections/profiles.ts';
import { describeReadModels } from './read-models-contract.ts';
import { positionAt, recorded } from './recorded-events.ts';

describeReadModels('in process', (onError) => createInProcessReadModels({ onError }));

const registered = { stream: 'profile-c1', type: 'CustomerRegistered', data: { customerId: 'c1', timeZone: 'UTC' } };

test('everything is applied when the call returns', async () => {
  const readModels = createInProcessReadModels();
  const reading = readModels.read(profiles, 'c1');
  expect(readModels.apply([profiles], recorded([registered]))).toBeUndefined();
  expect(await reading).toBeUndefined();
  expect(await readModels.read(profiles, 'c1')).toMatchObject({ position: positionAt(1) });
});

test('a failure says which projection failed on which event', () => {
  const failures: object[] = [];
  const readModels = createInProcessReadModels({ onError: (_, failure) => failures.push(failure) });
  const broken = { ...registered, type: 'AttributesObserved' };
  readModels.apply([profiles], recorded([broken], 7));
  expect(failures).toEqual([{ projection: 'profiles', position: positionAt(7) }]);
});
