import type { ExecutionResult, GraphQLError } from 'graphql';
import type { GraphQLContext } from './context';

/**
 * Adds the errors of fields that have a value although part of it could not be loaded. graphql-js reports an error
 * only instead of a value. An error below a field that another error took away is left out.
 */
export function addPartialErrors(
  result: ExecutionResult,
  { partialErrors }: Pick<GraphQLContext, 'partialErrors'>,
): ExecutionResult {
  if (partialErrors.length === 0) return result;
  const added = partialErrors.splice(0).filter(({ path }) => hasValue(result.data, path ?? []));
  if (added.length === 0) return result;
  return { ...result, errors: [...(result.errors ?? []), ...added] };
}

function hasValue(data: unknown, path: NonNullable<GraphQLError['path']>): boolean {
  let value = data;
  for (const key of path) {
    if (value === null || value === undefined) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value !== null && value !== undefined;
}
