// The guard of this subgraph: the roles that an operation needs, worked out once for its plan, and how long a caller may listen.
import { forbidden, isAllowed, type Rule, ruleOf } from './authorization.ts';
import type { Context } from './context.ts';
import { fail } from './errors.ts';
import type { Guard } from './guard.ts';
import { tokenRefusal } from './identification.ts';

export interface RoleGuardOptions {
  /** Subscriptions of one subject at a time, in this process; those of open access are not counted. */
  readonly subscriptionsPerAgent: number;
}

export function createRoleGuard({ subscriptionsPerAgent }: RoleGuardOptions): Guard {
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
      const { subject, expiresAt, isOpen } = (context as Context).identity;
      if (isOpen) return undefined;
      const others = listening.get(subject) ?? 0;
      if (others >= subscriptionsPerAgent) {
        const rule = `One agent has at most ${subscriptionsPerAgent} subscriptions at a time.`;
        throw fail('FORBIDDEN', rule, { reason: 'TOO_MANY_SUBSCRIPTIONS', limit: subscriptionsPerAgent });
      }
      listening.set(subject, others + 1);
      let isOver = false;
      return {
        endsAt: expiresAt,
        ending: () => tokenRefusal('TOKEN_EXPIRED'),
        end() {
          if (!isOver) leave(subject);
          isOver = true;
        },
      };
    },
  };
}
