/** What no log line may hold, whoever it belongs to: tokens of each kind, and the IDs of the emulator's people. */
const SHAPES: readonly RegExp[] = [
  /\b[tu]-[0-9a-f]{40}\b/,
  /\beyJ[\w-]{8,}/,
  /\bBearer\b/i,
  /\bo[un]_[0-9a-f]{32}\b/,
];
/** Headers whose value is a secret, or most of it. */
const SECRET_HEADERS = /^(authorization|x-router-secret|x-gateway-key)$/i;
/** What is shorter may stand in a line by chance. */
const SHORTEST_SECRET = 8;

/** The secrets in the headers of a request. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADERS.test(name))
    .map(([, value]) => value.replace(/^\w+ +/, ''))
    .filter((secret) => secret.length >= SHORTEST_SECRET);
}

/** The lines of a log that hold one of these secrets, or anything in the shape of one. */
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
