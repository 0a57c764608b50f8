//! A client on a byte stream whose calls wait.

crate::websocket::end::client! {
    embedded_io,
    /// A WebSocket connection on any byte stream of `embedded_io`: a
    /// [`TcpSocket`](crate::blocking::TcpSocket) of the module, or TLS above one.
    ///
    /// How long a call may wait is the business of the stream. After an error the connection is over,
    /// [`Error::Send`] excepted.
    ///
    /// ```no_run
    /// use luat_modem::websocket::blocking::WebSocket;
    /// use luat_modem::websocket::{CloseCode, Error, Received, Request, Rules, Session, Url};
    /// # fn example<S: embedded_io::Read + embedded_io::Write>(
    /// #     stream: S,
    /// #     random: impl FnMut(&mut [u8]),
    /// # ) -> Result<(), Error<S::Error>> {
    /// let request = Request::new(Url::parse("ws://example.com/chat").unwrap());
    /// let session = Session::new(Rules::new());
    /// let (mut chat, _) = WebSocket::connect(stream, &request, session, random)?;
    /// chat.send_text("hello")?;
    /// let mut buffer = [0; 512];
    /// if let Received::Piece(piece) = chat.recv(&mut buffer)? {
    ///     let _ = (&buffer[..piece.length], piece.last);
    /// }
    /// chat.close(CloseCode::NORMAL, "")?;
    /// # Ok(())
    /// # }
    /// ```
    [], []
}
