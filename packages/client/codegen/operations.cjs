// What the plugins of this folder share.
const { createHash } = require('node:crypto');
const { Kind, print, TokenKind } = require('graphql');

/** The operations of all files, by name, each with the text that clients print and the hash that names it. */
exports.readOperations = (files) =>
  files
    .flatMap(({ document }) => document.definitions)
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((definition) => {
      const body = print(definition);
      const id = createHash('sha256').update(body).digest('hex');
      const description = commentBefore(definition);
      return { id, body, name: definition.name.value, type: definition.operation, description };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** What the file says about an operation. The gateway shows it to assistants. */
function commentBefore({ loc }) {
  const lines = [];
  for (let token = loc.startToken.prev; token?.kind === TokenKind.COMMENT; token = token.prev) {
    lines.unshift(token.value.trim());
  }
  return lines.join(' ');
}
