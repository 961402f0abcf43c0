import { GatewayError } from '../../domain/errors';
import { MAX_LISTED_WITH_TASKS } from './reach';

/** The error of a cycle in a list whose calls the cost of the operation does not count. */
export function tooManyCycles(field: string, position: number): GatewayError {
  const message =
    `${field}: expected one of the first ${MAX_LISTED_WITH_TASKS} cycles of a list, ` +
    `got cycle ${position + 1}: ask for it by its ID`;
  return new GatewayError('OPERATION_TOO_EXPENSIVE', message);
}
