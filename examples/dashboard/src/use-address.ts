import { useCallback, useEffect, useState } from 'react';
import { readChoice, writeChoice, type Choice } from './model/address';
import { useDirectory } from './names';

/** The choice, which the page's address keeps: a reload shows it again, and so does a link. */
export function useAddress(): readonly [Choice, (change: Partial<Choice>) => void] {
  const directory = useDirectory();
  const [choice, setChoice] = useState(() => readChoice(location.hash, directory));
  useEffect(() => {
    const onChange = () => {
      setChoice(readChoice(location.hash, directory));
    };
    addEventListener('hashchange', onChange);
    return () => {
      removeEventListener('hashchange', onChange);
    };
  }, [directory]);
  const choose = useCallback(
    (change: Partial<Choice>) => {
      const next = { ...choice, ...change };
      setChoice(next);
      history.replaceState(null, '', `#${writeChoice(next)}`);
    },
    [choice],
  );
  return [choice, choose];
}
