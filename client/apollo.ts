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
 * One text can be the ID of two people, under two types. A selection without `idType` does not say
 * whose it is, so it stays in the field that it answers, whose arguments do.
 */
const identifyUser: TypePolicy['keyFields'] = (_, { storeObject: { id, idType } }) =>
  typeof id === 'string' && typeof idType === 'string' ? ['idType', 'id'] : false;

/**
 * Takes what the cache knows of the same group. Position tells nothing: a later answer can have other
 * groups. Nor does an option that stands in a list twice, as `UNKNOWN` can.
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
    const isAlone = more.length === 0 && incoming.filter(inGroup).length === 1;
    return option !== undefined && known && isAlone ? mergeObjects(known, count) : count;
  });

/** What a fragment selects is not known here, so it is taken to select the option. */
function leavesOptionOut(selection: SelectionNode): boolean {
  const kind: string = selection.kind;
  return kind === 'Field' && 'name' in selection && selection.name.value !== 'option';
}

/** Counts without their options cannot be told apart, so they are a list of their own. */
const counts: FieldPolicy<readonly Count[]> = {
  keyArgs: (_, { field }) =>
    field?.selectionSet?.selections.every(leavesOptionOut) ? 'counts:without-option' : false,
  merge: mergeByOption,
};

/** A text belongs to its field: what two queries select of it adds up. */
const text: FieldPolicy = { merge: true };

/**
 * For `new InMemoryCache({ typePolicies })` of Apollo Client 4. Merges stand on fields of this schema,
 * not on types that another subgraph may share.
 */
export const typePolicies = {
  User: { keyFields: identifyUser },
  UserStageTasks: { fields: { counts } },
  Semester: { fields: { name: text } },
  StageTask: { fields: { name: text } },
  // There is one.
  UpstreamQuota: { keyFields: [] },
} satisfies TypePolicies;
