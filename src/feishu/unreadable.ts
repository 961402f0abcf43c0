/** What of an answer cannot be used. A bounded label: these names stand in the log and in a metric. */
export type UnreadableKind =
  /** An item that does not say whose it is, or that is none. */
  | 'item_without_user'
  /** An item of a user that was not asked for. */
  | 'item_of_another_user'
  /** One more item of a user, which says something else. */
  | 'repeated_item'
  /** A user's tasks or counts, in something else than a list. */
  | 'list'
  | 'task'
  | 'count'
  /** A link that must not be followed; only the link is left out. */
  | 'jump_url'
  /** A review cycle of the list of cycles. */
  | 'semester';

/** How many parts of one answer cannot be used, by kind; kinds that do not occur are absent. */
export type UnreadableParts = Partial<Record<UnreadableKind, number>>;

/** Told of each part that cannot be used. */
export type NoteUnreadable = (kind: UnreadableKind) => void;

/** Adds up what cannot be used of one answer. */
export function countUnreadable(): { readonly parts: UnreadableParts; note: NoteUnreadable } {
  const parts: UnreadableParts = {};
  return {
    parts,
    note(kind) {
      parts[kind] = (parts[kind] ?? 0) + 1;
    },
  };
}
