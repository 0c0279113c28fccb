// An aggregate for tests of the executor.
import { type Decider, refuse } from '../../src/aggregates/decider.ts';

interface Jar {
  coins: number;
  isSealed: boolean;
  lastAt: string | undefined;
}
type JarCommand = { type: 'AddCoins'; coins: number } | { type: 'Seal' | 'Open' | 'Break' | 'Spoil' };
type JarEvent =
  | { readonly type: 'CoinAdded'; readonly data: { readonly before: number } }
  | { readonly type: 'Sealed' | 'Opened' | 'Spoilt'; readonly data: Record<string, never> };

/** Set by a test that wants folding to break in the middle of an event; to be reset by it. */
export const folding = { isBroken: false };

/** A jar for coins: adding is not idempotent, sealing is; its state is changed in place. */
export const jar: Decider<Jar, JarCommand, JarEvent, 'JAR_SEALED'> = {
  category: 'jar',
  initialState: () => ({ coins: 0, isSealed: false, lastAt: undefined }),
  decide(command, state) {
    switch (command.type) {
      case 'AddCoins':
        if (state.isSealed) return refuse('JAR_SEALED', 'A sealed jar takes no coins.');
        return Array.from({ length: command.coins }, (_, index) => ({
          type: 'CoinAdded',
          data: { before: state.coins + index },
        }));
      case 'Seal':
        return state.isSealed ? [] : [{ type: 'Sealed', data: {} }];
      case 'Open':
        return state.isSealed ? [{ type: 'Opened', data: {} }] : [];
      case 'Break':
        throw new Error('a jar does not break');
      case 'Spoil':
        return [
          { type: 'CoinAdded', data: { before: state.coins } },
          { type: 'Spoilt', data: {} },
        ];
    }
  },
  evolve(state, event, at) {
    state.lastAt = at;
    switch (event.type) {
      case 'CoinAdded':
        state.coins += 1;
        break;
      case 'Sealed':
        state.isSealed = true;
        break;
      case 'Opened':
        state.isSealed = false;
        break;
      case 'Spoilt':
        state.coins -= 1;
        if (folding.isBroken) throw new Error('this cannot be folded');
        break;
    }
    return state;
  },
};
