import type {
  FieldMergeFunction,
  FieldPolicy,
  Reference,
  StoreObject,
  TypePolicies,
  TypePolicy,
} from '@apollo/client';
import type { SelectionNode } from 'graphql';

type Count = StoreObject | Reference;

/**
 * The same ID can name two people if its type differs. Without `idType`, a selection does not identify a
 * person, so the cache keeps it in its parent field, whose arguments do.
 */
const identifyUser: TypePolicy['keyFields'] = (_, { storeObject: { id, idType } }) =>
  typeof id === 'string' && typeof idType === 'string' ? ['idType', 'id'] : false;

/**
 * Merges a count with the cached count of the same group. It ignores positions, because a later response
 * can have other groups. It does not merge an option that occurs twice, as `UNKNOWN` can.
 */
const mergeByOption: FieldMergeFunction<readonly Count[]> = (
  existing = [],
  incoming,
  { readField, mergeObjects },
) =>
  incoming.map((count) => {
    const option = readField<string>('option', count);
    const inGroup = (other: Count) => readField<string>('option', other) === option;
    const [known, ...more] = existing.filter(inGroup);
    const isUnique = more.length === 0 && incoming.filter(inGroup).length === 1;
    return option !== undefined && known && isUnique ? mergeObjects(known, count) : count;
  });

/** A fragment counts as selecting `option`, because its selections are not visible here. */
function omitsOption(selection: SelectionNode): boolean {
  const kind: string = selection.kind;
  return kind === 'Field' && 'name' in selection && selection.name.value !== 'option';
}

/** Counts without `option` cannot be matched, so the cache keeps them in a separate list. */
const counts: FieldPolicy<readonly Count[]> = {
  keyArgs: (_, { field }) =>
    field?.selectionSet?.selections.every(omitsOption) ? 'counts:without-option' : false,
  merge: mergeByOption,
};

/** A value without identity. The cache merges what different queries select of it in the same field. */
const embedded: FieldPolicy = { merge: true };

/**
 * For `new InMemoryCache({ typePolicies })` of Apollo Client 4. Merge functions are on fields of this
 * schema, not on types that other subgraphs may share.
 */
export const typePolicies: TypePolicies = {
  User: { keyFields: identifyUser },
  UserStageTasks: { fields: { counts } },
  Semester: { fields: { name: embedded, summary: embedded } },
  StageTask: { fields: { name: embedded } },
  // There is only one.
  UpstreamQuota: { keyFields: [] },
};
