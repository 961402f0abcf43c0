/** The form of values that no log line may contain: tokens of each kind, and IDs of the emulator's people. */
const SHAPES: readonly RegExp[] = [
  /\b[tu]-[0-9a-f]{40}\b/,
  /\beyJ[\w-]{8,}/,
  /\bBearer\b/i,
  /\bo[un]_[0-9a-f]{32}\b/,
];
/** Headers with a secret in their value. */
const SECRET_HEADERS = /^(authorization|x-router-secret|x-gateway-key)$/i;
/** A shorter text may be in a line by chance. */
const SHORTEST_SECRET = 8;

/** The secrets in the headers of a request. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADERS.test(name))
    .map(([, value]) => value.replace(/^\w+ +/, ''))
    .filter((secret) => secret.length >= SHORTEST_SECRET);
}

/** The lines of a log that contain one of these secrets, or a text in the form of one. */
export function linesWithSecrets(
  lines: readonly string[],
  secrets: ReadonlySet<string>,
): readonly string[] {
  return lines.filter(
    (line) =>
      SHAPES.some((shape) => shape.test(line)) ||
      [...secrets].some((secret) => line.includes(secret)),
  );
}
