import { requireSemesterId } from '../../domain/input-rules';
import type { SemesterObjectType } from '../types/semester.type';
import { readKey, type Representation } from './representation';

/** @throws BAD_USER_INPUT */
export function resolveSemesterReference(representation: Representation): SemesterObjectType {
  const id = requireSemesterId('representations.id', readKey(representation, 'id'));
  return Object.assign({ id }, { __typename: 'Semester' });
}
