"""Static subsets of the distribution's Chinese fonts, made at set-up.

A paper made with the whole font takes twice the time and twice the memory. The subset keeps the outlines of its source:
CFF stays CFF. The full fonts stand behind the subsets for any other character (see `portal.documents.fonts`).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEARCH = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

# Characters of names and places that GB 2312 lacks and people do bear; anything rarer comes from the full fonts.
NAMES = (
    "喆堃昇彧玥珺瑄璟祎翀翊頔旻赟玘珣琬琰瑀瑢璠璘璐瓛甯畯皛皞睿砚碶祺祾禛禤稑竑筠箐篪粲絜綦缊羿翯耘芃芮苒茜荃荇莙莳菡萱葳蒗蓁蔺蕙薇藜蘅虓蛟"
    "裎褀觅詠诜谡谞赪赓趯踽轵迺逄逖遒邈邗邙邰郄郐郓郗郢鄞鄢鄠醍釪钇钰铄铉铖铧锜锟锴锷镕镠镡闫闳阇陉隽雒霁霈霖靖韡韫韬頫颀颋颢飏馥骁骃骉骎骐骢骥"
    "魏鲲鸑鸷鹍鹔麒麟黉黼龑龢龠犇猋焱淼森垚鑫囧冇乜亓亶仝仵伋佖佺侃俣俶倓倞偲傕僖兕冼冽凇刘勍勖匡卺厍厹叆叇吒呙咏咹哿唔啭喁嗣嚞囡圯圳坂坨坭坵垌埇埭埮堉堌堽塄塱"
    "壸壹夼奭妘妟妧姌姝姞姮娖娴娭婞婳婻媖媞嫄嫕嫚孖孥宓宬寀寯尕屾岍岽峄峣崀崑崒崟崧嵊嵚嵩嶓巂帑庠廙弇弢彤徂徉忞怍恂恺悝惇惔慜憓憭懋戬扃抟拃挹捃揆搴撝敉敩旸昉昕昀昳晔晙晞晟晢"
    "晧晳暄暅暎暐暲曈曌朏朓杺杼柷栩栴桄桉桠桢梃梓梽棁棨棽椑楒榀榃榍榕榘槃橦檞檩欤殳毓毖汆沄沅沚沺泂泖泚泠泩洌洑洙洧洭洺浉浡浥浯涔涘涢淏淙淯渌渟湉湜湝湲溁溍溦溱滉滧滪漈漖漷潏潞潵潼澂澉澍澥澴濉瀍"
    "瀔瀛灏炁炆炘炜炟炤炫烜烨焌焓焘煊煜煦熠熥熳燊燏燚爔爚牂犟狄狲玕玙玚玠玢玦玭玮玹玿珅珏珑珒珖珙珝珩珪珮琀琇琎琏琚琛琤琦琨琪琫琭琮瑁瑆瑑瑗瑛瑨瑭瑱璁璇璈璋璎璜璞璨璩璪璲"
)
# Ticks and boxes of forms, numbers in rings and brackets, units, punctuation that GB 2312 lacks.
SYMBOLS = "□☐☑☒■▢✓✔✗✘○●◎△▲▽▼◇◆★☆〇〔〕【】《》〈〉「」『』—…·–―‘’“”‧‰℃℉№℡™©®€￥£§¶±×÷≈≠≤≥∞√∑∫∠⊥∥°′″㎡㎥㎜㎝㎞㎎㎏㏄㏒Ωµ←→↑↓↔⇒⇔"
RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1
    (0x2010, 0x2027),  # punctuation
    (0x2150, 0x217B),  # fractions, Roman numerals
    (0x2460, 0x249B),  # numbers in rings and brackets
    (0x2500, 0x257F),  # box drawing
    (0x3000, 0x3017),  # Chinese punctuation
    (0x3220, 0x3229),  # Chinese numbers in brackets
    (0xFE30, 0xFE4F),  # vertical forms
    (0xFF01, 0xFF5E),  # full-width
)


@dataclass(frozen=True)
class Subset:
    """One file of VAR_DIR/fonts and where it comes from."""

    name: str  # of the file made, with its suffix
    source: str  # file name in the distribution's package
    face: str  # PostScript name of the face inside it
    package: str  # Debian package


SUBSETS = (
    Subset("song-regular.otf", "NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular", "fonts-noto-cjk"),
    Subset("song-bold.otf", "NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold", "fonts-noto-cjk"),
    Subset("hei-regular.otf", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular", "fonts-noto-cjk"),
    Subset("hei-bold.otf", "NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold", "fonts-noto-cjk"),
    Subset("kai-regular.ttf", "LXGWWenKai-Regular.ttf", "LXGWWenKai-Regular", "fonts-lxgw-wenkai"),
    Subset("signs.ttf", "DejaVuSans.ttf", "DejaVuSans", "fonts-dejavu-core"),  # ticks in boxes, which the others lack
)


def characters() -> set[int]:
    """Code points of every subset: GB 2312 whole (6,763 characters and its symbols), names, signs of forms."""
    chosen = {ord(character) for character in NAMES + SYMBOLS}
    for first, last in RANGES:
        chosen.update(range(first, last + 1))
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            chosen.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return chosen


def find(file_name: str) -> Path | None:
    """The installed font file of this name, or None."""
    for folder in SEARCH:
        for path in sorted(Path(folder).expanduser().rglob(file_name)):
            return path
    return None


def missing(folder: Path) -> list[Subset]:
    """The subsets that this folder lacks."""
    return [subset for subset in SUBSETS if not (folder / subset.name).is_file()]


def build(folder: Path) -> Iterator[tuple[Subset, str]]:
    """Makes what the folder lacks, each file complete or not at all.

    Yields each missing subset with the reason why it could not be made, empty when it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for subset in missing(folder):
        source = find(subset.source)
        if source is None:
            yield subset, f"{subset.source} is not installed (package {subset.package})"
            continue
        part = folder / f"{subset.name}.{os.getpid()}.part"
        try:
            part.write_bytes(_cut(source, subset.face))
            part.replace(folder / subset.name)
        except (OSError, ValueError, RuntimeError) as error:
            yield subset, str(error)
        else:
            yield subset, ""
        finally:
            part.unlink(missing_ok=True)


def _cut(source: Path, face_name: str) -> bytes:
    """The subset of one face as the bytes of a font file; ValueError when the file has no such face."""
    import uharfbuzz as hb  # needed here only

    blob = hb.Blob.from_file_path(str(source))
    faces = (hb.Face(blob, index) for index in range(hb.Face(blob).count))
    postscript = hb.OTNameIdPredefined.POSTSCRIPT_NAME
    face = next((face for face in faces if face.get_name(postscript) == face_name), None)
    if face is None:
        raise ValueError(f"{source} has no face {face_name}")
    wish = hb.SubsetInput()
    wish.sets(hb.SubsetInputSets.UNICODE).set(characters())
    wish.flags = hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(face, wish).blob.data)
