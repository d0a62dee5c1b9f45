// Which calls an SDK offers, found by walking its resources, and which of them were made.

/** Wraps every method below `resource`, so that `made` learns of each call. Returns their names. */
export function watch(resource, path, made) {
  const offered = [];
  for (const name of methods(resource)) {
    const call = `${path}.${name}`;
    const method = resource[name];
    offered.push(call);
    resource[name] = function (...args) {
      made.set(call, (made.get(call) ?? 0) + 1);
      return method.apply(this, args);
    };
  }
  for (const [name, inner] of Object.entries(resource)) {
    if (isResource(inner)) offered.push(...watch(inner, `${path}.${name}`, made));
  }
  return offered;
}

/** A resource of the SDK is an object that holds the client, and is not the client. */
function isResource(value) {
  return value !== null && typeof value === 'object' && '_client' in value;
}

function methods(resource) {
  const names = new Set();
  let proto = Object.getPrototypeOf(resource);
  while (proto && proto !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(proto)) {
      const isPublic = name !== 'constructor' && !name.startsWith('_');
      if (isPublic && typeof proto[name] === 'function') names.add(name);
    }
    proto = Object.getPrototypeOf(proto);
  }
  return [...names];
}

/** One line for each call, for people to read. */
export function table(offered, made) {
  const width = Math.max(...offered.map((call) => call.length));
  return offered.map((call) => `  ${call.padEnd(width)}  ${made.get(call) ?? 0}×`).join('\n');
}
