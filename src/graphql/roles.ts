// The roles of callers, and who a caller is.

/** Every role, as tokens name it, with what it is for. */
export const roles = {
  decide:
    'The service that serves customers, usually a gateway: asks for offers, records signals, outcomes and consents.',
  agent: 'A person with a console: her own interactions and screen pops. Her id is the subject of her token.',
  'offer:write': 'Writes offers and models, submits them, takes them away.',
  'offer:approve': 'Approves and rejects offers, approves models, never those that it wrote itself.',
  'customer:read': 'Reads what is known of customers.',
  privacy: 'Reads what is known of customers, records consents, removes identities.',
  operate: 'Runs Kairos: placements, the state of the read models, imports of customers.',
} as const;
export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[];

/** Several roles as the bits of a number. */
export type RoleSet = number;

export function roleSet(names: readonly string[]): RoleSet {
  return roleNames.reduce((set, name, bit) => (names.includes(name) ? set | (1 << bit) : set), 0);
}

export const everyRole: RoleSet = roleSet(roleNames);

/** Who calls. */
export interface Identity {
  /** Stands in the events of the caller's commands. */
  readonly subject: string;
  readonly roles: RoleSet;
  /** In milliseconds since 1970, when it has to be proved again; without end where nobody proves anything. */
  readonly expiresAt: number;
  /** Nobody has to prove who he is: everybody has every role, and says himself who he is. */
  readonly isOpen: boolean;
}

export const openIdentity: Identity = {
  subject: 'anonymous',
  roles: everyRole,
  expiresAt: Number.POSITIVE_INFINITY,
  isOpen: true,
};
