import type { ParametersRefused } from '../feishu/ports';
import { createSuspicion } from './suspicion';

/**
 * The search for the IDs that make Feishu refuse a call, one part of the users after the other: a refused
 * part is halved, all others wait for one call at the end. One bad ID of 50 costs 7 calls after the one
 * that failed. Knows IDs only; the users that wait may leave at any time.
 */
export interface BadIdSearch {
  /** A part has been asked for and has no answer yet; the next one depends on it. */
  readonly isAsking: boolean;
  /** The last refusal of a part. */
  readonly refusal: ParametersRefused | undefined;
  /** The IDs to ask for in the next call, all of which are waiting. */
  nextPart(waiting: ReadonlySet<string>): string[];
  /** The part was answered. @returns the bad ID, where only one can be it */
  noteAnswered(part: readonly string[]): string[];
  /** The part was refused. @returns the bad ID, where only one can be it */
  noteRefused(part: readonly string[], refusal: ParametersRefused): string[];
  /** The part has neither been answered nor refused. */
  noteFailed(): void;
}

export interface BadIdSearchOptions {
  readonly ids: readonly string[];
  /** Whether Feishu has answered this ID before; others are suspected first. */
  readonly isTrusted: (id: string) => boolean;
  /** Whether Feishu has answered any ID of the cycle; else the cycle itself may be what it refuses. */
  readonly isCycleKnown: () => boolean;
}

export function createBadIdSearch({
  ids,
  isTrusted,
  isCycleKnown,
}: BadIdSearchOptions): BadIdSearch {
  const suspicion = createSuspicion(isTrusted);
  /** Those to ask next, the most suspicious first. */
  let suspects: readonly string[] = ids;
  /** Whether the suspects as they are have been refused together, so that a bad ID is among them. */
  let refusedTogether = false;
  /** Those of whom nothing is known. */
  let rest: readonly string[] = [];
  let isAsking = false;
  let lastRefusal: ParametersRefused | undefined;

  return {
    get isAsking() {
      return isAsking;
    },
    get refusal() {
      return lastRefusal;
    },

    nextPart(waiting) {
      isAsking = true;
      const isWaiting = (id: string) => waiting.has(id);
      // One that has left may have been the bad one.
      if (!suspects.every(isWaiting)) refusedTogether = false;
      suspects = suspects.filter(isWaiting);
      rest = rest.filter(isWaiting);
      if (suspects.length === 0) {
        suspects = rest;
        rest = [];
        refusedTogether = false;
      }
      // Two refusals with no ID in common: then it is the cycle that Feishu refuses.
      if (refusedTogether && rest.length > 0 && !isCycleKnown()) return [...rest];
      return refusedTogether ? suspicion.choose(suspects) : [...suspects];
    },

    noteAnswered(part) {
      isAsking = false;
      const answered = new Set(part);
      suspicion.noteAnswered(part);
      suspects = suspects.filter((id) => !answered.has(id));
      rest = rest.filter((id) => !answered.has(id));
      const [only, ...others] = suspects;
      if (!refusedTogether || only === undefined || others.length > 0) return [];
      suspects = [];
      return [only];
    },

    noteRefused(part, refusal) {
      isAsking = false;
      lastRefusal = refusal;
      suspicion.noteNamed(refusal.namedUserIds);
      const refused = new Set(part);
      const others = [...suspects, ...rest].filter((id) => !refused.has(id));
      refusedTogether = part.length > 1;
      if (refusedTogether) {
        suspects = suspicion.sort(part);
        rest = others;
        return [];
      }
      // Others that Feishu has blamed as well are asked for before those of whom nothing is known.
      suspects = others.filter((id) => suspicion.isNamed(id));
      rest = others.filter((id) => !suspicion.isNamed(id));
      return [...part];
    },

    noteFailed() {
      isAsking = false;
    },
  };
}
