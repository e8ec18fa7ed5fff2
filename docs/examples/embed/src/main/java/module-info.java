module example.embed {
    requires org.jclone.recipient;
}
