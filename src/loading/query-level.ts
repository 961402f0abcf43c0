import type { KnownUser } from './answer-cache';
import type { OperationTurns } from './turns';

/** The answer for one user, which arrives with its call. The promise does not reject. */
export type Answer = Promise<KnownUser | Error>;

/** The answers of one operation arrive call by call. Decides when they are passed on, and when the next loads start. */
export interface QueryLevel {
  /** @returns the answers as they arrive; those of a large operation when all have arrived */
  receive(answers: readonly Answer[]): Promise<readonly Answer[]>;
  /**
   * Calls back when all parts of this level are completed. If answers of one load are still due, this waits for them:
   * the users that they lead to share calls with the other users of the next level.
   */
  readonly afterLevel: (callback: () => void) => void;
}

/**
 * An operation that loads more users gets each load's answers together: while it waits for the others, a completed
 * part may take several times the memory of its answer.
 */
const MAX_USERS_ON_ARRIVAL = 250;

export function createQueryLevel({ afterParts }: Pick<OperationTurns, 'afterParts'>): QueryLevel {
  let users = 0;
  /** The loads of which some answers have arrived and others have not. */
  const arriving = new Set<Promise<unknown>>();

  function watch(answers: readonly Answer[]): void {
    const all = Promise.all(answers);
    let isComplete = false;
    void Promise.race(answers).then(() => {
      if (!isComplete) arriving.add(all);
    });
    void all.then(() => {
      isComplete = true;
      arriving.delete(all);
    });
  }

  function afterLevel(callback: () => void): void {
    afterParts(() => {
      if (arriving.size === 0) {
        callback();
        return;
      }
      void Promise.all(arriving).then(() => {
        afterLevel(callback);
      });
    });
  }

  return {
    afterLevel,
    async receive(answers) {
      users += answers.length;
      if (users > MAX_USERS_ON_ARRIVAL) await Promise.all(answers);
      else watch(answers);
      return answers;
    },
  };
}
