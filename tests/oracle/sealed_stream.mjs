// docs/formats/sealed-stream.md by another hand: seals three streams with Node's own cryptography and
// prints tests/data/items/sealed_stream.json. Every "random" byte is written down, so that the same
// file comes out each time.
import * as crypto from "node:crypto";

const segmentBytes = 1 << 20;
const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), crypto.createHash("sha256")).digest();
const tagged = (tag, message) => sha256(tag, Buffer.of(0), message);
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const counted = (first, size) => Buffer.from(Array.from({ length: size }, (_, i) => (first + i) & 255));
const canonical = (value) =>
    Array.isArray(value)
        ? "[" + value.map(canonical).join(",") + "]"
        : value !== null && typeof value === "object"
          ? "{" + Object.keys(value).sort().map((n) => JSON.stringify(n) + ":" + canonical(value[n])).join(",") + "}"
          : JSON.stringify(value);

// RFC 9162 2.1.1, word for word.
const treeHash = (leaves) => {
    if (leaves.length === 1) {
        return leaves[0];
    }
    let split = 1;
    while (split * 2 < leaves.length) {
        split *= 2;
    }
    return sha256(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
};

const gcm = (key, nonce, context, plaintext) => {
    const cipher = crypto.createCipheriv("aes-256-gcm", key, nonce);
    cipher.setAAD(context);
    const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return { text, tag: cipher.getAuthTag() };
};

const x25519 = (privateBytes) => {
    const key = crypto.createPrivateKey({
        key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), privateBytes]),
        format: "der",
        type: "pkcs8",
    });
    const raw = crypto.createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
    const jwk = { crv: "X25519", kty: "OKP", x: base64url(raw) };
    return { key, jwk, id: sha256(canonical(jwk)).toString("hex"), privateBytes };
};

const prefixed = (bytes) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return Buffer.concat([size, Buffer.from(bytes)]);
};

// docs/formats/sealing.md
const jwe = (plaintext, context, readers, contentKey, nonce) => {
    const recipients = readers.map((reader, i) => {
        const ephemeral = x25519(counted(0x60 + 0x20 * i, 32));
        const secret = crypto.diffieHellman({
            privateKey: ephemeral.key,
            publicKey: crypto.createPublicKey({ key: reader.jwk, format: "jwk" }),
        });
        const wrapping = sha256(
            Buffer.from("00000001", "hex"),
            secret,
            prefixed(Buffer.from("ECDH-ES+A256KW")),
            prefixed(Buffer.alloc(0)),
            prefixed(Buffer.alloc(0)),
            Buffer.from("00000100", "hex"),
        );
        const wrap = crypto.createCipheriv("id-aes256-wrap", wrapping, Buffer.alloc(8, 0xa6));
        return {
            encrypted_key: base64url(Buffer.concat([wrap.update(contentKey), wrap.final()])),
            header: { alg: "ECDH-ES+A256KW", epk: ephemeral.jwk, kid: reader.id },
        };
    });
    const header = base64url('{"enc":"A256GCM"}');
    const aad = base64url(context);
    const { text, tag } = gcm(contentKey, nonce, Buffer.from(header + "." + aad), plaintext);
    return canonical({
        aad,
        ciphertext: base64url(text),
        iv: base64url(nonce),
        protected: header,
        recipients,
        tag: base64url(tag),
    });
};

const seal = (size, terms, readers) => {
    const plaintext = Buffer.alloc(size);
    for (let i = 0; i < size; ++i) {
        plaintext[i] = (7 * i + Math.floor(i / 256)) & 255;
    }
    const fileKey = counted(0, 32);
    const bound = { version: 2, ...terms, commitment: tagged("comity/item/file-key/v2", fileKey).toString("hex") };
    bound.reader = "xa-prosecution";
    bound.key = readers[0].id;
    if (readers.length > 1) {
        bound.more_readers = readers.slice(1).map((r) => ({ reader: "xa-court", key: r.id }));
    }
    const termsDigest = tagged("comity/item/terms/v2", canonical(bound));
    const segments = [];
    const count = Math.max(1, Math.ceil(size / segmentBytes));
    for (let i = 0; i < count; ++i) {
        const salt = Buffer.alloc(32, i + 1);
        const key = crypto
            .createHmac("sha256", fileKey)
            .update(Buffer.concat([Buffer.from("comity/item/segment/v2\0"), salt]))
            .digest();
        const nonce = Buffer.alloc(12);
        nonce.writeBigUInt64BE(BigInt(i), 3);
        nonce[11] = i + 1 === count ? 1 : 0;
        const part = plaintext.subarray(i * segmentBytes, Math.min(size, (i + 1) * segmentBytes));
        const { text, tag } = gcm(key, nonce, termsDigest, part);
        const sealed = Buffer.concat([salt, text, tag]);
        segments.push({
            salt: salt.toString("hex"),
            key: key.toString("hex"),
            nonce: nonce.toString("hex"),
            first: sealed.subarray(32, 64).toString("hex"),
            tag: tag.toString("hex"),
            leaf: sha256(Buffer.of(0), sealed).toString("hex"),
        });
    }
    const id = treeHash(segments.map((s) => Buffer.from(s.leaf, "hex"))).toString("hex");
    const descriptor = { ...bound, size, id };
    const context = "comity/item/v2 " + tagged("comity/item/descriptor/v2", canonical(descriptor)).toString("hex");
    return {
        file_key: fileKey.toString("hex"),
        terms: termsDigest.toString("hex"),
        segments,
        descriptor,
        box_context: context,
        box: jwe(fileKey, context, readers, counted(0xa0, 32), counted(0x30, 12)),
    };
};

const readers = [x25519(counted(0x20, 32)), x25519(counted(0x40, 32))];
const terms = {
    realm: "exercise",
    media_type: "application/mbox",
    tier: 4,
    end: "2031-03-05",
    use_limits: ["only for case XA-2031-0042", "no onward sharing"],
};
const streams = [
    seal(0, terms, readers.slice(0, 1)),
    seal(300, { ...terms, use_limits: [] }, readers),
    seal(2 * segmentBytes + 5, terms, readers.slice(0, 1)),
];
const what = "docs/formats/sealed-stream.md; byte i of a plaintext is (7 i + floor(i / 256)) mod 256";
const privates = readers.map((r) => ({ id: r.id, jwk: r.jwk, private: r.privateBytes.toString("hex") }));
console.log(JSON.stringify({ what, readers: privates, streams }, null, 1));
