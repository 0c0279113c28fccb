// What is recorded of a customer that changes slowly, and what is refused.
import { describe, test } from 'vitest';
import { createProfileDecider, type ProfileCommand } from '../../src/aggregates/profile/decider.ts';
import { type ProfileEvent, profileEvent } from '../../src/aggregates/profile/events.ts';
import type { Attributes } from '../../src/aggregates/values.ts';
import { scenario } from './scenario.ts';

const decider = createProfileDecider({
  checkAttribute(name, value) {
    if (name !== 'age' && name !== 'city' && name !== 'constructor' && name !== 'hobbies') return 'is not declared';
    return name === 'age' && typeof value !== 'number' ? 'must be a number' : undefined;
  },
});
const profile = scenario(decider, profileEvent);

const customerId = 'c42';
const registered: ProfileEvent = { type: 'CustomerRegistered', data: { customerId, timeZone: 'Europe/Paris' } };
const observed = (attributes: Attributes, source = 'crm'): ProfileEvent => {
  return { type: 'AttributesObserved', data: { customerId, attributes, source } };
};
const identity = { kind: 'crm', value: 'ann@example.org' };
const linked: ProfileEvent = { type: 'IdentityLinked', data: { customerId, identity } };
const unlinked: ProfileEvent = { type: 'IdentityUnlinked', data: { customerId, identity } };
const joined = (...audiences: string[]): ProfileEvent => ({ type: 'AudiencesJoined', data: { customerId, audiences } });
const left = (...audiences: string[]): ProfileEvent => ({ type: 'AudiencesLeft', data: { customerId, audiences } });

const register = (timeZone = 'Europe/Paris', id = customerId): ProfileCommand => {
  return { type: 'RegisterCustomer', customerId: id, timeZone };
};
const observeZone = (timeZone: string): ProfileCommand => ({ type: 'ObserveTimeZone', customerId, timeZone });
const link: ProfileCommand = { type: 'LinkIdentity', customerId, identity };
const unlink: ProfileCommand = { type: 'UnlinkIdentity', customerId, identity };
const observe = (attributes: unknown, source = 'crm'): ProfileCommand => {
  return { type: 'ObserveAttributes', customerId, attributes: attributes as Attributes, source };
};
const join = (...audiences: string[]): ProfileCommand => ({ type: 'JoinAudiences', customerId, audiences });
const leave = (...audiences: string[]): ProfileCommand => ({ type: 'LeaveAudiences', customerId, audiences });

describe('registration', () => {
  test('a customer is registered', () => profile.when(register()).thenRecorded(registered));
  test('registering again is already so', () => profile.given(registered).when(register()).thenNothing());
  test('registering again in another time zone is refused', () =>
    profile
      .given(registered)
      .when(register('UTC'))
      .thenRefused('CUSTOMER_EXISTS', { field: 'customerId', rule: 'Europe/Paris' }));
  test('an e-mail address is no customer id, and is not repeated', () =>
    profile
      .when(register('UTC', 'ann@example.org'))
      .thenRefused('CUSTOMER_ID_INVALID', { field: 'customerId', rule: /^(?!.*example)/ }));
  test.each(['', '+49 30 1234567', '-c42', 'c 42', 'c|42', `c${'4'.repeat(100)}`])(
    'the customer id %j is refused',
    (id) => profile.when(register('UTC', id)).thenRefused('CUSTOMER_ID_INVALID', { field: 'customerId' }),
  );
  test('a numeric customer id is normal', () =>
    profile
      .when(register('UTC', '4930123456789'))
      .thenRecorded({ type: 'CustomerRegistered', data: { customerId: '4930123456789', timeZone: 'UTC' } }));
  test.each([link, unlink, observe({ age: 1 }), join('a'), leave('a'), observeZone('UTC')])(
    '$type needs a registration',
    (command) => profile.when(command).thenRefused('CUSTOMER_UNKNOWN', { field: 'customerId', rule: 'c42' }),
  );
});

describe('time zone', () => {
  const unknownZones = [
    'Mars/Olympus',
    '',
    ' ',
    '+02:00',
    'Europe/Paris ',
    undefined as unknown as string,
    7 as unknown as string,
  ];
  test.each(unknownZones)('%j is refused', (timeZone) => {
    profile.given(registered).when(observeZone(timeZone)).thenRefused('TIME_ZONE_UNKNOWN', { field: 'timeZone' });
    // The default of `register` would hide an absent one.
    profile
      .when({ type: 'RegisterCustomer', customerId, timeZone })
      .thenRefused('TIME_ZONE_UNKNOWN', { field: 'timeZone' });
  });
  test('another one is recorded', () =>
    profile
      .given(registered)
      .when(observeZone('Asia/Tokyo'))
      .thenRecorded({ type: 'TimeZoneObserved', data: { customerId, timeZone: 'Asia/Tokyo' } }));
  test('the one that is known is already so', () =>
    profile.given(registered).when(observeZone('Europe/Paris')).thenNothing());
});

describe('identities', () => {
  test('one is linked', () => profile.given(registered).when(link).thenRecorded(linked));
  test('linking it again is already so', () => profile.given(registered, linked).when(link).thenNothing());
  test('a second one of the same kind is linked as well', () => {
    const second = { kind: 'crm', value: 'k2' };
    profile
      .given(registered, linked)
      .when({ type: 'LinkIdentity', customerId, identity: second })
      .thenRecorded({ type: 'IdentityLinked', data: { customerId, identity: second } });
  });
  test('one is unlinked', () => profile.given(registered, linked).when(unlink).thenRecorded(unlinked));
  test('unlinking what is not linked is already so', () => {
    profile.given(registered).when(unlink).thenNothing();
    profile.given(registered, linked, unlinked).when(unlink).thenNothing();
  });
  test('one that was unlinked is linked again', () =>
    profile.given(registered, linked, unlinked).when(link).thenRecorded(linked));
  test.each([
    ['identity.kind', { kind: 'a b', value: 'secret' }],
    ['identity.value', { kind: 'crm', value: '' }],
    ['identity.value', { kind: 'crm', value: 'secret'.repeat(100) }],
    ['identity.extra', { kind: 'crm', value: 'secret', extra: 1 }],
    ['identity', null as never],
  ])('one with a wrong %s is refused, its value not repeated', (field, wrong) => {
    for (const type of ['LinkIdentity', 'UnlinkIdentity'] as const)
      profile
        .given(registered)
        .when({ type, customerId, identity: wrong })
        .thenRefused('IDENTITY_INVALID', { field, rule: /^(?!.*secret)/ });
  });
});

describe('attributes', () => {
  const known = [registered, observed({ age: 40, city: 'Paris', hobbies: ['chess', 'go'] })];
  test('new ones are recorded', () =>
    profile
      .given(registered)
      .when(observe({ age: 40 }))
      .thenRecorded(observed({ age: 40 })));
  test('only what differs is recorded', () =>
    profile
      .given(...known)
      .when(observe({ age: 41, city: 'Paris', hobbies: ['chess', 'go'] }))
      .thenRecorded(observed({ age: 41 })));
  test('what is known is already so, whichever source says it', () =>
    profile
      .given(...known)
      .when(observe({ age: 40, hobbies: ['chess', 'go'] }, 'web'))
      .thenNothing());
  test('a list in another order differs', () =>
    profile
      .given(...known)
      .when(observe({ hobbies: ['go', 'chess'] }))
      .thenRecorded(observed({ hobbies: ['go', 'chess'] })));
  test('null forgets', () => {
    profile
      .given(...known)
      .when(observe({ city: null }))
      .thenRecorded(observed({ city: null }));
    profile
      .given(...known, observed({ city: null }))
      .when(observe({ city: 'Paris' }))
      .thenRecorded(observed({ city: 'Paris' }));
  });
  test('forgetting what is not known is already so', () =>
    profile
      .given(...known, observed({ city: null }))
      .when(observe({ city: null }))
      .thenNothing());
  test('what is declared no more can still be forgotten', () =>
    profile
      .given(registered, observed({ shoeSize: 40 }))
      .when(observe({ shoeSize: null }))
      .thenRecorded(observed({ shoeSize: null })));
  test('no attributes are already so', () => profile.given(registered).when(observe({})).thenNothing());
  test('a name that every object inherits is a name like any other', () => {
    profile
      .given(registered)
      .when(observe({ constructor: 'x' }))
      .thenRecorded(observed({ constructor: 'x' } as never));
    profile
      .given(registered)
      .when(observe({ constructor: null }))
      .thenNothing();
  });
  test('one that is not declared refuses all, by its name', () =>
    profile
      .given(registered)
      .when(observe({ age: 40, shoeSize: 40 }))
      .thenRefused('ATTRIBUTE_INVALID', { field: 'attributes.shoeSize', rule: /shoeSize.*it is not declared/ }));
  test('one of the wrong type refuses all, by its name', () =>
    profile
      .given(registered)
      .when(observe({ city: 'Paris', age: 'forty' }))
      .thenRefused('ATTRIBUTE_INVALID', { field: 'attributes.age', rule: /age.*it must be a number/ }));
  test.each([
    ['attributes.age', { age: {} }],
    ['attributes.age', { age: Number.NaN }],
    ['attributes.age', { age: Number.POSITIVE_INFINITY }],
    ['attributes.city', { city: 'x'.repeat(1001) }],
    ['attributes.hobbies', { hobbies: [1] }],
    ['attributes.a b', { 'a b': 1 }],
    ['attributes', null],
    ['attributes', [1]],
  ])('what is no attribute is refused at %s', (field, attributes) =>
    profile.given(registered).when(observe(attributes)).thenRefused('ATTRIBUTE_INVALID', { field }),
  );
  test.each(['', ' '])('a source that says nothing is refused: %j', (source) =>
    profile
      .given(registered)
      .when(observe({ age: 1 }, source))
      .thenRefused('SOURCE_INVALID', { field: 'source' }),
  );

  test('an observation of before, whose source says nothing, still counts', () =>
    profile
      .given(registered, observed({ age: 1 }, ''))
      .when(observe({ age: 1 }))
      .thenNothing());

  test('a source of more than 100 characters is refused', () =>
    profile
      .given(registered)
      .when(observe({ age: 1 }, 'x'.repeat(101)))
      .thenRefused('SOURCE_INVALID', { field: 'source' }));
});

describe('audiences', () => {
  test('new ones are joined, each once', () =>
    profile
      .given(registered, joined('a'))
      .when(join('a', 'b', 'b'))
      .thenRecorded(joined('b')));
  test('joining again is already so', () => profile.given(registered, joined('a')).when(join('a')).thenNothing());
  test('joined ones are left, each once', () =>
    profile
      .given(registered, joined('a', 'b'))
      .when(leave('b', 'c', 'b'))
      .thenRecorded(left('b')));
  test('leaving what was not joined is already so', () => {
    profile.given(registered).when(leave('a')).thenNothing();
    profile.given(registered, joined('a'), left('a')).when(leave('a')).thenNothing();
  });
  test('none at all is already so', () => profile.given(registered).when(join()).thenNothing());
  test('a tag that is no id refuses all', () => {
    profile
      .given(registered)
      .when(join('a', 'b c'))
      .thenRefused('AUDIENCE_INVALID', { field: 'audiences.1', rule: '"b c"' });
    profile.given(registered).when(leave('')).thenRefused('AUDIENCE_INVALID', { field: 'audiences.0' });
  });
});
