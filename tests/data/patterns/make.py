"""Small pattern files as NumPy writes them, for tests/pattern_files.rs. NumPy 1 or 2; run in this folder."""
import gzip, struct
import numpy as np

K = 5
signs = np.array([[1 if c == "+" else -1 for c in row] for row in
                  ["+--++-+---++", "--+-+++-+--+", "+++--+-+-+--", "-+-++---++-+", "++-+-+++---+"]])
np.savetxt("signs.csv", signs, fmt="%d", delimiter=",")
np.savetxt("signs-float.txt", signs, header="patterns, five of twelve spins")
for name, dtype in [("i1", "i1"), ("i8", "<i8"), ("be-i2", ">i2"), ("f2", "<f2"), ("f4", "<f4"), ("be-f8", ">f8")]:
    np.save(f"signs-{name}.npy", signs.astype(dtype))
np.save("signs-fortran.npy", np.asfortranarray(signs.astype("i4")))
bits = (signs > 0).astype("u1")
grey = np.where(bits, 128, 127).astype("u1").reshape(K, 3, 4)
companions = dict(labels=np.arange(K), index=np.arange(K), threshold=np.array(128))
np.savez("patterns.npz", patterns=signs.astype("i1"), spins=-signs[:2], **companions)
np.savez_compressed("packed.npz", packed=np.packbits(bits, axis=1), shape=np.array([3, 4]), **companions)
np.savez_compressed("images.npz", images=grey, **companions)
np.savez_compressed("images-fortran.npz", images=np.asfortranarray(grey.astype("f4") / 255), **companions)
np.savez_compressed("several.npz", patterns=signs, images=255 - grey, other=-signs, **companions)
idx = struct.pack(">IIII", 0x803, K, 3, 4) + grey.tobytes()
open("images-idx3-ubyte", "wb").write(idx)
for name in ["images-idx3-ubyte", "signs.csv", "signs-i1.npy", "packed.npz"]:
    with open(name + ".gz", "wb") as out:
        out.write(gzip.compress(open(name, "rb").read(), mtime=0))
