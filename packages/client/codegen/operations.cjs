// What the plugins of this folder share.
const { createHash } = require('node:crypto');
const { Kind, print } = require('graphql');

/** The operations of all files, by name, each with the text that clients print and the hash that names it. */
exports.readOperations = (files) =>
  files
    .flatMap(({ document }) => document.definitions)
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((definition) => {
      const body = print(definition);
      const id = createHash('sha256').update(body).digest('hex');
      return { id, body, name: definition.name.value, type: definition.operation };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
