// The guard of this subgraph: the roles that an operation needs, worked out once for its plan, and how long a caller may listen.
import type { GraphQLError } from 'graphql';
import { forbidden, isAllowed, type Rule, ruleOf } from './authorization.ts';
import type { Context } from './context.ts';
import { fail } from './errors.ts';
import type { Guard } from './guard.ts';
import { tokenRefusal } from './identification.ts';

export interface RoleGuardOptions {
  /** Subscriptions of one subject at a time, in this process; those of open access are not counted. */
  readonly subscriptionsPerAgent: number;
  /** Milliseconds after which a subscription has to be begun anew. */
  readonly subscriptionLife: number;
}

export function createRoleGuard({ subscriptionsPerAgent, subscriptionLife }: RoleGuardOptions): Guard {
  const listening = new Map<string, number>();

  function leave(subject: string): void {
    const left = (listening.get(subject) ?? 1) - 1;
    if (left === 0) listening.delete(subject);
    else listening.set(subject, left);
  }

  return {
    refusalOf(asked) {
      const needed: { name: string; rule: Rule }[] = [];
      for (const { name } of asked) {
        const rule = ruleOf(name);
        if (rule.kind === 'ROLES') needed.push({ name, rule });
      }
      return (context) => {
        const { identity } = context as Context;
        for (const { name, rule } of needed) if (!isAllowed(rule, identity)) return forbidden(name, rule);
        return undefined;
      };
    },

    listen(context) {
      const { identity } = context as Context;
      const { subject, expiresAt, isOpen } = identity;
      const others = isOpen ? 0 : (listening.get(subject) ?? 0);
      if (others >= subscriptionsPerAgent) {
        const rule = `One agent has at most ${subscriptionsPerAgent} subscriptions at a time.`;
        throw fail('FORBIDDEN', rule, { reason: 'TOO_MANY_SUBSCRIPTIONS', limit: subscriptionsPerAgent });
      }
      if (!isOpen) listening.set(subject, others + 1);
      const longest = Date.now() + subscriptionLife;
      return {
        endsAt: Math.min(expiresAt, longest),
        ending: expiresAt <= longest ? () => tokenRefusal('TOKEN_EXPIRED') : lifeOver,
        end: isOpen ? () => {} : () => leave(subject),
      };
    },
  };
}

function lifeOver(): GraphQLError {
  return fail(
    'UNAVAILABLE',
    'The subscription has reached its longest life: begin it anew, behind the last position.',
    {
      reason: 'SUBSCRIPTION_LIFE_OVER',
    },
  );
}
