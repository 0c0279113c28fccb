// The audit trail: who did what, and why.
import { type AuditEntry, auditTrail, isFew } from '../../application/audit-trail.ts';
import { boundedId, checkedPosition } from '../answers.ts';
import { auditRules, forbidden, isAllowed } from '../authorization.ts';
import { fail } from '../errors.ts';
import type { AuditFilter, Channel, Resolvers } from '../generated.ts';

const pageLimit = 200;
const typesAtOnce = 50;

function questionOf(filter: AuditFilter) {
  const { kind, subjectId, actor, from, until, types } = filter;
  if (subjectId != null) {
    boundedId(subjectId, 'filter.subjectId');
    if (kind == null) throw fail('BAD_USER_INPUT', 'filter.subjectId needs filter.kind', { field: 'filter.kind' });
  } else if (kind != null && !isFew(kind)) {
    const rule = `filter.subjectId: the trail of the kind ${kind} is that of one customer`;
    throw fail('BAD_USER_INPUT', rule, { field: 'filter.subjectId' });
  }
  if (actor != null) boundedId(actor, 'filter.actor');
  if (types && types.length > typesAtOnce) {
    throw fail('BAD_USER_INPUT', `filter.types must be at most ${typesAtOnce}`, { field: 'filter.types' });
  }
  return {
    kind: kind ?? undefined,
    subjectId: subjectId ?? undefined,
    actor: actor ?? undefined,
    from: from ?? undefined,
    until: until ?? undefined,
    types: types ?? undefined,
  };
}

export const auditResolvers: Resolvers = {
  Query: {
    auditTrail: async (_, { filter, first, after }, { kairos, identity }) => {
      const rule = filter?.kind && auditRules[filter.kind];
      if (rule && !isAllowed(rule, identity)) throw forbidden(`auditTrail of ${filter.kind}`, rule);
      if (first < 1 || first > pageLimit) {
        throw fail('BAD_USER_INPUT', `first must be 1 to ${pageLimit}`, { field: 'first' });
      }
      const before = checkedPosition(after, 'after');
      const { entries, hasMore } = await auditTrail(kairos.store, { ...questionOf(filter ?? {}), before }, first);
      return {
        edges: entries.map((entry) => ({ cursor: entry.position, node: nodeOf(entry) })),
        pageInfo: {
          hasNextPage: hasMore,
          hasPreviousPage: before !== undefined,
          startCursor: entries[0]?.position ?? null,
          endCursor: entries.at(-1)?.position ?? null,
        },
      };
    },
  },
};

function nodeOf({ channel, ...entry }: AuditEntry) {
  return { ...entry, channel: channel as Channel | null };
}
