// RFC 8785 by its own definition: ECMAScript's JSON.stringify, with names sorted by UTF-16 code
// units (which is what Array.prototype.sort does). Reads lines, writes one line for each:
//   n 3ff0000000000000   the double with these bits
//   v {"b":1,"a":2}      a JSON text
import { readFileSync } from "node:fs";

const canonical = (value) => {
    if (Array.isArray(value)) {
        return "[" + value.map(canonical).join(",") + "]";
    }
    if (value !== null && typeof value === "object") {
        const members = Object.keys(value)
            .sort()
            .map((name) => JSON.stringify(name) + ":" + canonical(value[name]));
        return "{" + members.join(",") + "}";
    }
    return JSON.stringify(value);
};

const bits = new DataView(new ArrayBuffer(8));
const out = [];
for (const line of readFileSync(0, "utf8").split("\n")) {
    if (line.startsWith("n ")) {
        bits.setBigUint64(0, BigInt("0x" + line.slice(2)));
        out.push(JSON.stringify(bits.getFloat64(0)));
    } else if (line.startsWith("v ")) {
        out.push(canonical(JSON.parse(line.slice(2))));
    }
}
process.stdout.write(out.join("\n") + "\n");
