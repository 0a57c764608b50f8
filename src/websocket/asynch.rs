//! A client on a byte stream whose calls are futures.

crate::websocket::end::client! {
    embedded_io_async,
    /// A WebSocket connection on any byte stream of `embedded_io_async`: a
    /// [`TcpSocket`](crate::asynch::TcpSocket) of the module, or TLS above one.
    ///
    /// The future of [`recv`](Self::recv) can be dropped and made anew if the stream loses nothing then.
    /// If a future that sends is dropped, it is not known how much of the message was taken: close.
    /// After an error the connection is over, [`Error::Send`] excepted.
    ///
    /// ```no_run
    /// use luat_modem::websocket::asynch::WebSocket;
    /// use luat_modem::websocket::{CloseCode, Error, Received, Request, Rules, Session, Url};
    /// # async fn example<S: embedded_io_async::Read + embedded_io_async::Write>(
    /// #     stream: S,
    /// #     random: impl FnMut(&mut [u8]),
    /// # ) -> Result<(), Error<S::Error>> {
    /// let request = Request::new(Url::parse("ws://example.com/chat").unwrap());
    /// let session = Session::new(Rules::new());
    /// let (mut chat, _) = WebSocket::connect(stream, &request, session, random).await?;
    /// chat.send_text("hello").await?;
    /// let mut buffer = [0; 512];
    /// if let Received::Piece(piece) = chat.recv(&mut buffer).await? {
    ///     let _ = (&buffer[..piece.length], piece.last);
    /// }
    /// chat.close(CloseCode::NORMAL, "").await?;
    /// # Ok(())
    /// # }
    /// ```
    [async], [.await]
}
