/** Why a part of an answer is unusable. The log and a metric use these names as labels. */
export type UnreadableKind =
  /** An item without a user ID, or an unreadable item. */
  | 'item_without_user'
  /** An item of a user that was not requested. */
  | 'item_of_another_user'
  /** A second item of a user with different data. */
  | 'repeated_item'
  /** A user's tasks or counts that are not a list. */
  | 'list'
  | 'task'
  | 'count'
  /** A link with an unsafe scheme. Only the link is omitted. */
  | 'jump_url'
  /** A review cycle in the list of cycles. */
  | 'semester';

/** The number of unusable parts of one answer, by kind. Kinds without a part are absent. */
export type UnreadableParts = Partial<Record<UnreadableKind, number>>;

/** Called for each unusable part. */
export type NoteUnreadable = (kind: UnreadableKind) => void;

/** Counts the unusable parts of one answer. */
export function countUnreadable(): { readonly parts: UnreadableParts; note: NoteUnreadable } {
  const parts: UnreadableParts = {};
  return {
    parts,
    note(kind) {
      parts[kind] = (parts[kind] ?? 0) + 1;
    },
  };
}
