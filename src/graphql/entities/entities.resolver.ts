import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { badUserInput } from '../../domain/errors';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { toError } from '../../domain/to-error';
import type { GraphQLContext } from '../context';
import { resolveSemesterReference } from './semester.reference';
import { resolveUserStageTasksReference } from './user-stage-tasks.reference';
import { resolveUserReference } from './user.reference';
import type { Representation } from './representation';

/** Returns the entity with its `__typename`, or a promise of it. @throws GatewayError */
type ResolveReference = (representation: Representation, context: GraphQLContext) => unknown;

const REFERENCES: ReadonlyMap<unknown, ResolveReference> = new Map<unknown, ResolveReference>([
  ['Semester', resolveSemesterReference],
  ['User', resolveUserReference],
  ['UserStageTasks', resolveUserStageTasksReference],
]);

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  GraphQLContext,
  { readonly representations: readonly unknown[] }
>;

/**
 * Resolves the entities that a router names. The library's resolver fails the whole list for one unknown type, and
 * makes promises for each entity.
 */
const resolveEntities: EntitiesResolver = (_, { representations }, context) => {
  requireAtMost(representations.length);
  return representations.map((representation) => {
    try {
      return resolveEntity(representation as Representation | null, context);
    } catch (error) {
      return toError(error);
    }
  });
};

export function setEntitiesResolver(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (!field) throw new Error('schema: expected a subgraph schema with _entities, got none');
  field.resolve = resolveEntities;
}

function requireAtMost(count: number): void {
  if (count > MAX_USERS_PER_LIST) {
    throw badUserInput(
      'representations',
      `at most ${MAX_USERS_PER_LIST} representations`,
      `${count} representations`,
    );
  }
}

function resolveEntity(representation: Representation | null, context: GraphQLContext): unknown {
  const resolveReference = REFERENCES.get(representation?.['__typename']);
  if (representation && resolveReference) return resolveReference(representation, context);
  throw badUserInput(
    'representations.__typename',
    `one of ${[...REFERENCES.keys()].join(', ')}`,
    'another type or none',
  );
}
