import {
  afterCall,
  closingFrom,
  later,
  MAX_CLOSING_MS,
  OPEN,
  withoutProbe,
  type Closing,
  type ClosingRequest,
} from './closing';

/** What one replica knows of a closing, from Feishu and from the shared ledger. */
export interface KnownClosing {
  current(): Closing;
  /** What Feishu has told this replica; 0 ms if that has ended. */
  own(): ClosingRequest;
  learn(reported: ClosingRequest | undefined): void;
  readonly closeFor: (request: ClosingRequest) => void;
  /** Reports a call that was counted against this replica's share. It may be the probe. */
  noteCall(): void;
  /** Ends a probe: any answered call shows that the quota is not used up. @returns whether there was a probe */
  readonly noteAnswered: () => boolean;
}

const NOTHING: ClosingRequest = { forMs: 0, reason: 'none' };

export function createKnownClosing(nowMs: () => number): KnownClosing {
  let own = OPEN;
  let shared = OPEN;

  return {
    current: () => later(own, shared),

    own() {
      const forMs = own.untilMs - nowMs();
      return forMs > 0 ? { forMs, reason: own.reason } : NOTHING;
    },

    learn(reported) {
      // After our closing has ended, the ledger decides: another replica may have probed since.
      if (own.untilMs <= nowMs()) own = OPEN;
      if (!reported) return;
      const forMs = Math.min(reported.forMs, MAX_CLOSING_MS[reported.reason]);
      const closing = closingFrom({ ...reported, forMs }, nowMs());
      // If Redis's clock was set forward, the closing looks shorter than it is, so keep the later end.
      shared = closing.reason === shared.reason ? later(shared, closing) : closing;
    },

    closeFor(request) {
      own = later(withoutProbe(own), closingFrom(request, nowMs()));
      shared = withoutProbe(shared);
    },

    noteCall() {
      own = afterCall(later(own, shared), nowMs());
    },

    noteAnswered() {
      if (later(own, shared).reason !== 'probing') return false;
      own = shared = OPEN;
      return true;
    },
  };
}
