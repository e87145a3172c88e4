/**
 * Writes `ruletrail-VERSION.vsix`: the files that package.json lists, in the form that VS Code
 * installs. A .vsix is a zip with two descriptions; writing it here needs none of the two hundred
 * packages of the usual tool. The same files give the same bytes.
 */

const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");

const here = __dirname;
const manifest = JSON.parse(fs.readFileSync(path.join(here, "package.json"), "utf8"));
const texts = JSON.parse(fs.readFileSync(path.join(here, "package.nls.json"), "utf8"));
const TYPES = { js: "application/javascript", json: "application/json", md: "text/markdown", txt: "text/plain" };

function escape(text) {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function describe() {
  const { name, displayName, version, publisher, categories, engines } = manifest;
  const description = texts[manifest.description.replaceAll("%", "")];
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escape(name)}" Version="${escape(version)}" Publisher="${escape(publisher)}"/>
    <DisplayName>${escape(displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(description)}</Description>
    <Tags></Tags>
    <Categories>${escape(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${escape(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionDependencies" Value=""/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionPack" Value=""/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
      <Property Id="Microsoft.VisualStudio.Code.LocalizedLanguages" Value=""/>
      <Property Id="Microsoft.VisualStudio.Code.ExecutesCode" Value="true"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

function types() {
  const lines = Object.entries({ ...TYPES, vsixmanifest: "text/xml" });
  const defaults = lines.map(([end, type]) => `<Default Extension=".${end}" ContentType="${type}"/>`);
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    `${defaults.join("")}</Types>\n`
  );
}

// -- A zip ----------------------------------------------------------------------------------------

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function checksum(data) {
  let value = ~0;
  for (const byte of data) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

/** The first of January 1980: the time of every file, so that nothing depends on the clock. */
const DATE = 0x21;

function fields(name, data, packed) {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0); // version needed
  head.writeUInt16LE(0x800, 2); // names are UTF-8
  head.writeUInt16LE(8, 4); // deflated
  head.writeUInt16LE(DATE, 8);
  head.writeUInt32LE(checksum(data), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt16LE(Buffer.byteLength(name), 22);
  return head;
}

function zip(files) {
  const pieces = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const packed = zlib.deflateRawSync(data, { level: 9 });
    const common = fields(name, data, packed);
    const piece = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, tail, Buffer.from(name));
    pieces.push(piece);
    offset += piece.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...pieces, listed, Buffer.from("PK\x05\x06"), end]);
}

// -- Writing --------------------------------------------------------------------------------------

/** The licence is the project's: it is not kept twice, and VS Code wants an ending. */
function read(name) {
  const at = name === "LICENSE" ? path.join(here, "..", "..", name) : path.join(here, name);
  return [`extension/${name === "LICENSE" ? "LICENSE.txt" : name}`, fs.readFileSync(at)];
}

const { scripts: _scripts, devDependencies: _tools, ...kept } = manifest;
const files = [
  ["extension.vsixmanifest", Buffer.from(describe())],
  ["[Content_Types].xml", Buffer.from(types())],
  ["extension/package.json", Buffer.from(`${JSON.stringify(kept, null, 2)}\n`)],
  ...manifest.files.map(read),
];
const output = `${manifest.name}-${manifest.version}.vsix`;
fs.writeFileSync(path.join(here, output), zip(files));
process.stdout.write(`${output}: ${files.length} files\n`);
