import {
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { getOrCreate } from '../domain/collections';
import type { GraphQLContext } from './context';

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;
type Method = (...values: unknown[]) => unknown;
type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = Storage['queries'][number] | Storage['fieldResolvers'][number];
type Parameter = NonNullable<Metadata['params']>[number];
/** Reads a parameter of a method from what graphql-js passes to a resolver. */
type Read = (
  source: unknown,
  args: unknown,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
) => unknown;

/**
 * Lets graphql-js call the methods of resolver classes. type-graphql's own resolvers copy the arguments into
 * instances, and make three promises for each field with arguments, which a page of remembered answers has once for
 * each user.
 */
export function callResolversDirectly(schema: GraphQLSchema): void {
  const storage = getMetadataStorage();
  const instances = new Map<unknown, Record<string, unknown>>();
  const resolve = (typeName: string, metadata: Metadata) => {
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[metadata.schemaName] : undefined;
    if (!field) throw new Error(`${typeName}.${metadata.schemaName}: expected a field, got none`);
    const instance = getOrCreate(instances, metadata.target, () => instanceOf(metadata));
    field.resolve = createResolver(instance, metadata);
  };
  for (const query of storage.queries) resolve('Query', query);
  for (const subscription of storage.subscriptions) resolve('Subscription', subscription);
  for (const field of storage.fieldResolvers) resolve(typeNameOf(storage, field), field);
}

function instanceOf({ target }: Metadata) {
  return new (target as new () => Record<string, unknown>)();
}

function typeNameOf(storage: Storage, { resolverClassMetadata }: Metadata): string {
  const type = resolverClassMetadata?.getObjectType();
  return storage.objectTypes.find(({ target }) => target === type)?.name ?? '';
}

function createResolver(instance: Record<string, unknown>, metadata: Metadata): Resolver {
  const method = (instance[metadata.methodName] as Method).bind(instance);
  const reads = [...(metadata.params ?? [])].sort((a, b) => a.index - b.index).map(readerOf);
  return (source, args, context, info) =>
    method(...reads.map((read) => read(source, args, context, info)));
}

function readerOf(parameter: Parameter): Read {
  const { kind } = parameter;
  if ('propertyName' in parameter && parameter.propertyName !== undefined) {
    throw new Error(
      `a resolver: expected @Root() or @Ctx() of the whole, got "${parameter.propertyName}"`,
    );
  }
  if (kind === 'root') return (source) => source;
  if (kind === 'args') return (_, args) => args;
  if (kind === 'context') return (_source, _args, context) => context;
  if (kind === 'info') return (_source, _args, _context, info) => info;
  throw new Error(`a resolver: expected @Root, @Args, @Ctx or @Info, got ${kind}`);
}
