/** Rendered texts. A text can only be found through the answer that it was rendered from. */
export interface TextCache {
  get(answer: object, key: string): Buffer | undefined;
  /** @returns the kept text */
  set(answer: object, key: string, text: string): Buffer;
}

/** The overhead of an entry in the maps, and of its buffer. */
const BYTES_PER_TEXT = 580;

/**
 * Keeps a text no longer than its answer is in memory. All texts together have at most `maxBytes`, in two
 * generations: when the younger generation has half of the bytes, it becomes the older one, and the previous older
 * one is dropped. A text of the older generation that is read moves to the younger one.
 */
export function createTextCache(maxBytes: number): TextCache {
  let younger = new WeakMap<object, Map<string, Buffer>>();
  let older = younger;
  let bytes = 0;

  function keep(answer: object, key: string, text: Buffer): void {
    const added = text.length + BYTES_PER_TEXT;
    if (added > maxBytes / 2) return;
    if (bytes + added > maxBytes / 2) {
      older = younger;
      younger = new WeakMap();
      bytes = 0;
    }
    bytes += added;
    const present = younger.get(answer);
    if (present) present.set(key, text);
    else younger.set(answer, new Map([[key, text]]));
  }

  return {
    set(answer, key, text) {
      const encoded = encode(text);
      keep(answer, key, encoded);
      return encoded;
    },
    get(answer, key) {
      const young = younger.get(answer)?.get(key);
      if (young) return young;
      const old = older.get(answer)?.get(key);
      if (old) keep(answer, key, old);
      return old;
    },
  };
}

/** In memory of its own: a kept slice of Node's pool would keep 8 KB with it. */
function encode(text: string): Buffer {
  const encoded = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  encoded.write(text);
  return encoded;
}
