//! Where bytes come from, as windows onto the file.

use std::io::{self, Read};

/// Bytes looked at in one go. Small enough to stay in the cache together with the claims read from it.
const BLOCK: usize = 8 << 10;

/// A file seen through a window that moves forward.
pub(crate) trait Source {
    /// The bytes in view, and whether the file ends with them.
    fn window(&self) -> (&[u8], bool);
    /// Absolute offset of the first byte in view.
    fn offset(&self) -> u64;
    /// Moves the start of the window forward and brings more of the file into view, at least one byte unless the file
    /// has ended.
    fn advance(&mut self, consumed: usize) -> io::Result<()>;
}

/// A file that lies in memory, or is mapped into it.
#[derive(Debug)]
pub(crate) struct SliceSource<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> SliceSource<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, start: 0, end: bytes.len().min(BLOCK) }
    }
}

impl Source for SliceSource<'_> {
    fn window(&self) -> (&[u8], bool) {
        (&self.bytes[self.start..self.end], self.end == self.bytes.len())
    }

    fn offset(&self) -> u64 {
        self.start as u64
    }

    fn advance(&mut self, consumed: usize) -> io::Result<()> {
        let left = self.end - self.start - consumed;
        self.start += consumed;
        // What is left is an unfinished segment; the window grows with it so that long ones are not sought again and
        // again.
        self.end = (self.end + BLOCK.max(left)).min(self.bytes.len());
        Ok(())
    }
}

/// A file that is read piece by piece.
#[derive(Debug)]
pub(crate) struct StreamSource<R> {
    reader: R,
    buffer: Vec<u8>,
    filled: usize,
    start: usize,
    offset: u64,
    ended: bool,
}

impl<R: Read> StreamSource<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; BLOCK], filled: 0, start: 0, offset: 0, ended: false }
    }
}

impl<R: Read> Source for StreamSource<R> {
    fn window(&self) -> (&[u8], bool) {
        (&self.buffer[self.start..self.filled], self.ended)
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn advance(&mut self, consumed: usize) -> io::Result<()> {
        self.start += consumed;
        self.offset += consumed as u64;
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        if self.filled > self.buffer.len() / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        } else if self.buffer.len() > BLOCK && self.filled < BLOCK / 2 {
            self.buffer.truncate(BLOCK);
            self.buffer.shrink_to_fit();
        }
        while !self.ended {
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(read) => {
                    self.filled += read;
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}
