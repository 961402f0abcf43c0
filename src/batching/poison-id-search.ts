import type { ParametersRefused } from '../feishu/ports';
import { createSuspicion } from './suspicion';

/**
 * Finds the IDs that make Feishu refuse a call by bisecting: each refused part is halved, and all other IDs
 * wait for one call at the end. One poison ID among 50 costs at most 7 calls after the failed one. The search
 * knows only IDs; users may stop waiting at any time.
 */
export interface PoisonIdSearch {
  /** Whether the call of a part is in flight. The next part depends on its outcome. */
  readonly isInFlight: boolean;
  /** Feishu's refusal of the last refused part. */
  readonly refusal: ParametersRefused | undefined;
  /** @returns the IDs of the next call, chosen from `waiting` */
  nextPart(waiting: ReadonlySet<string>): string[];
  /** Feishu answered the part. @returns the poison ID, if only one ID is left that can be it */
  noteAnswered(part: readonly string[]): string[];
  /** Feishu refused the part. @returns the poison ID, if the part has only one ID */
  noteRefused(part: readonly string[], refusal: ParametersRefused): string[];
  /** The call of the part failed for another reason, which says nothing about its IDs. */
  noteFailed(): void;
}

export interface PoisonIdSearchOptions {
  readonly ids: readonly string[];
  /** Whether Feishu has answered this ID before. Other IDs are suspected first. */
  readonly isTrusted: (id: string) => boolean;
  /** Whether Feishu has answered any ID of the cycle. If not, it may refuse the cycle itself. */
  readonly isCycleKnown: () => boolean;
}

/** The state of the search. */
interface Progress {
  /** The IDs to try next, the most suspicious first. */
  readonly suspects: readonly string[];
  /** Whether Feishu has refused exactly these suspects in one call, so that one of them is a poison ID. */
  readonly refusedTogether: boolean;
  /** The IDs that nothing is known about. */
  readonly rest: readonly string[];
}

export function createPoisonIdSearch(options: PoisonIdSearchOptions): PoisonIdSearch {
  const suspicion = createSuspicion(options.isTrusted);
  let progress: Progress = { suspects: options.ids, refusedTogether: false, rest: [] };
  let isInFlight = false;
  let lastRefusal: ParametersRefused | undefined;

  return {
    get isInFlight() {
      return isInFlight;
    },
    get refusal() {
      return lastRefusal;
    },

    nextPart(waiting) {
      isInFlight = true;
      progress = onlyWaiting(progress, waiting);
      const { suspects, refusedTogether, rest } = progress;
      // If Feishu also refuses a call without any of the suspects, it refuses the cycle.
      if (refusedTogether && rest.length > 0 && !options.isCycleKnown()) return [...rest];
      return refusedTogether ? suspicion.choose(suspects) : [...suspects];
    },

    noteAnswered(part) {
      isInFlight = false;
      suspicion.noteAnswered(part);
      progress = without(progress, new Set(part));
      const { suspects, refusedTogether } = progress;
      if (!refusedTogether || suspects.length !== 1) return [];
      progress = { ...progress, suspects: [] };
      return [...suspects];
    },

    noteRefused(part, refusal) {
      isInFlight = false;
      lastRefusal = refusal;
      suspicion.noteNamed(refusal.namedUserIds);
      const { suspects, rest } = without(progress, new Set(part));
      const others = [...suspects, ...rest];
      if (part.length > 1) {
        progress = { suspects: suspicion.sort(part), refusedTogether: true, rest: others };
        return [];
      }
      // IDs that Feishu's refusals name are tried before IDs that nothing is known about.
      progress = {
        suspects: others.filter((id) => suspicion.isNamed(id)),
        refusedTogether: false,
        rest: others.filter((id) => !suspicion.isNamed(id)),
      };
      return [...part];
    },

    noteFailed() {
      isInFlight = false;
    },
  };
}

function without({ suspects, rest, ...progress }: Progress, ids: ReadonlySet<string>): Progress {
  const isKept = (id: string) => !ids.has(id);
  return { ...progress, suspects: suspects.filter(isKept), rest: rest.filter(isKept) };
}

/** Drops the IDs that no operation waits for any more. One of them may have been the poison ID. */
function onlyWaiting(
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
