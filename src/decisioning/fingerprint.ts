// A short name for data: equal data have equal names. No protection against people who want two to have the same.

/** Of data that JSON can hold, in 16 hexadecimal digits: FNV-1a of 64 bits over its JSON with sorted keys, as UTF-8. */
export function fingerprintOf(data: unknown): string {
  return fnv1a(canonical(data)).toString(16).padStart(16, '0');
}

function canonical(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
