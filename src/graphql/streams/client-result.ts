import { GraphQLError, type ExecutionResult } from 'graphql';
import { toError } from '../../domain/to-error';
import { formatError } from '../format-error';

/** A result as a client sees it: with the errors that it may see. */
export function toClientResult({ data, errors }: ExecutionResult): ExecutionResult {
  const shown = data ?? null;
  return errors ? { data: shown, errors: errors.map(format) } : { data: shown };
}

/** Tells a client why its stream ends. */
export function toLastResult(error: unknown): ExecutionResult {
  const { message } = toError(error);
  return toClientResult({ errors: [new GraphQLError(message, { originalError: toError(error) })] });
}

/** Results are only written as JSON, so that the shape of an error is enough. */
function format(error: GraphQLError): GraphQLError {
  return formatError(error.toJSON(), error) as GraphQLError;
}
