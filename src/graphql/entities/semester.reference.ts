import { requireSemesterId } from '../../domain/input-rules';
import type { SemesterType } from '../types/semester.type';
import { readKey, type Representation } from './representation';

// `async` without `await`: a resolver that throws fails the whole list, but a rejected promise is an error at
// the path of this entity.
// eslint-disable-next-line @typescript-eslint/require-await
export async function resolveSemesterReference(reference: Representation): Promise<SemesterType> {
  return { id: requireSemesterId('representations.id', readKey(reference, 'id')) };
}
