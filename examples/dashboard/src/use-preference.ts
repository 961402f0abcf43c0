import { useCallback, useState } from 'react';

/** A choice that this browser keeps, if its storage is allowed. */
export function usePreference<T extends string>(
  key: string,
  choices: readonly T[],
  initial: T,
): readonly [T, (choice: T) => void] {
  const [choice, setChoice] = useState(() => read(key, choices) ?? initial);
  const choose = useCallback(
    (next: T) => {
      setChoice(next);
      try {
        localStorage.setItem(key, next);
      } catch {
        // Without storage the choice lasts until the page is closed.
      }
    },
    [key],
  );
  return [choice, choose];
}

function read<T extends string>(key: string, choices: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(key);
    return choices.find((choice) => choice === stored);
  } catch {
    return undefined;
  }
}
