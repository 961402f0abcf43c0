import { requireSemesterId } from '../../domain/input-rules';
import type { SemesterType } from '../types/semester.type';
import { readKey, type Representation } from './representation';

// `async`, although nothing is awaited: a reference that throws would take its neighbours with it,
// one that rejects is an error at its own place.
// eslint-disable-next-line @typescript-eslint/require-await
export async function resolveSemesterReference(reference: Representation): Promise<SemesterType> {
  return { id: requireSemesterId('representations.id', readKey(reference, 'id')) };
}
