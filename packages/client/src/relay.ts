/** The fields of an object in a response. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * For `new Environment({ getDataID })` of relay-runtime. Relay's own takes `id` alone for an object of any type, and
 * the same ID can name two people if its type differs. Without `idType`, a selection does not identify a person, so the
 * store keeps it in its parent field, whose arguments do.
 */
export function getDataID({ id, idType }: Fields, typeName: string): string | null {
  if (typeof id !== 'string') return null;
  if (typeName !== 'User') return `${typeName}:${id}`;
  return typeof idType === 'string' ? `${idType}:${id}` : null;
}
