import type { ParametersRefused } from '../feishu/ports';
import { createSuspicion } from './suspicion';

/**
 * The search for the IDs that make Feishu refuse a call, one part of the users after the other: a refused
 * part is halved, all others wait for one call at the end. One poison ID of 50 costs 7 calls after the one
 * that failed. Knows IDs only; the users that wait may leave at any time.
 */
export interface PoisonIdSearch {
  /** A part has been asked for and has no answer yet; the next one depends on it. */
  readonly isAsking: boolean;
  /** The last refusal of a part. */
  readonly refusal: ParametersRefused | undefined;
  /** The IDs to ask for in the next call, all of which are waiting. */
  nextPart(waiting: ReadonlySet<string>): string[];
  /** The part was answered. @returns the poison ID, where only one can be it */
  noteAnswered(part: readonly string[]): string[];
  /** The part was refused. @returns the poison ID, where only one can be it */
  noteRefused(part: readonly string[], refusal: ParametersRefused): string[];
  /** The part has neither been answered nor refused. */
  noteFailed(): void;
}

export interface PoisonIdSearchOptions {
  readonly ids: readonly string[];
  /** Whether Feishu has answered this ID before; others are suspected first. */
  readonly isTrusted: (id: string) => boolean;
  /** Whether Feishu has answered any ID of the cycle; else the cycle itself may be what it refuses. */
  readonly isCycleKnown: () => boolean;
}

/** Where the search is. */
interface Progress {
  /** Those to ask next, the most suspicious first. */
  readonly suspects: readonly string[];
  /** Whether the suspects as they are have been refused together, so that a poison ID is among them. */
  readonly refusedTogether: boolean;
  /** Those of whom nothing is known. */
  readonly rest: readonly string[];
}

export function createPoisonIdSearch(options: PoisonIdSearchOptions): PoisonIdSearch {
  const suspicion = createSuspicion(options.isTrusted);
  let progress: Progress = { suspects: options.ids, refusedTogether: false, rest: [] };
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
      progress = withoutGone(progress, waiting);
      const { suspects, refusedTogether, rest } = progress;
      // Two refusals with no ID in common: then it is the cycle that Feishu refuses.
      if (refusedTogether && rest.length > 0 && !options.isCycleKnown()) return [...rest];
      return refusedTogether ? suspicion.choose(suspects) : [...suspects];
    },

    noteAnswered(part) {
      isAsking = false;
      suspicion.noteAnswered(part);
      progress = without(progress, new Set(part));
      const { suspects, refusedTogether } = progress;
      if (!refusedTogether || suspects.length !== 1) return [];
      progress = { ...progress, suspects: [] };
      return [...suspects];
    },

    noteRefused(part, refusal) {
      isAsking = false;
      lastRefusal = refusal;
      suspicion.noteNamed(refusal.namedUserIds);
      const { suspects, rest } = without(progress, new Set(part));
      const others = [...suspects, ...rest];
      if (part.length > 1) {
        progress = { suspects: suspicion.sort(part), refusedTogether: true, rest: others };
        return [];
      }
      // Others that Feishu has blamed as well are asked for before those of whom nothing is known.
      progress = {
        suspects: others.filter((id) => suspicion.isNamed(id)),
        refusedTogether: false,
        rest: others.filter((id) => !suspicion.isNamed(id)),
      };
      return [...part];
    },

    noteFailed() {
      isAsking = false;
    },
  };
}

function without({ suspects, rest, ...progress }: Progress, ids: ReadonlySet<string>): Progress {
  const isKept = (id: string) => !ids.has(id);
  return { ...progress, suspects: suspects.filter(isKept), rest: rest.filter(isKept) };
}

/** Of those who have left, one may have been the bad one. */
function withoutGone(
  { suspects, refusedTogether, rest }: Progress,
  waiting: ReadonlySet<string>,
): Progress {
  const isWaiting = (id: string) => waiting.has(id);
  const left = suspects.filter(isWaiting);
  const restLeft = rest.filter(isWaiting);
  if (left.length === 0) return { suspects: restLeft, refusedTogether: false, rest: [] };
  const allWait = left.length === suspects.length;
  return { suspects: left, refusedTogether: refusedTogether && allWait, rest: restLeft };
}
